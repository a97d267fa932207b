"""What disks, mail, editors and strangers do to files: each a function of the bytes and of a source of chance."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from collections.abc import Callable

Damage = Callable[[bytes, random.Random], bytes]

_ODD_NUMBERS = ("nan", "inf", "-inf", "1e999", "-1", "9" * 25, "1e18", "-0", "0x10", "1_0", "--3", "", "1.2.3", "٣")
_BOMB = b"\x00" * (1 << 24)


def cut(content: bytes, draw: random.Random) -> bytes:
    """The rest never came."""
    return content[: draw.randrange(1, len(content))]


def begin_late(content: bytes, draw: random.Random) -> bytes:
    """The beginning is missing."""
    return content[draw.randrange(1, len(content)) :]


def flip(content: bytes, draw: random.Random) -> bytes:
    """One bit is another."""
    return flip_many(content, draw, 1)


def flip_many(content: bytes, draw: random.Random, n: int = 12) -> bytes:
    """Some bits are others."""
    made = bytearray(content)
    for _ in range(n):
        made[draw.randrange(len(made))] ^= 1 << draw.randrange(8)
    return bytes(made)


def blank(content: bytes, draw: random.Random) -> bytes:
    """A stretch is zeros, as of a sector that was never written."""
    at, length = draw.randrange(len(content)), draw.randrange(4, 64)
    return content[:at] + bytes(min(length, len(content) - at)) + content[at + length :]


def swap(content: bytes, draw: random.Random) -> bytes:
    """Two stretches are in each other's place."""
    a, b, c = sorted(draw.sample(range(len(content) + 1), 3))
    return content[:a] + content[b:c] + content[a:b] + content[c:]


def double(content: bytes, draw: random.Random) -> bytes:
    """The file is there twice, as after an upload that went on where it had not stopped."""
    return content + content


def rubbish(content: bytes, draw: random.Random) -> bytes:
    """Nothing of it is left."""
    return draw.randbytes(len(content))


def trailing(content: bytes, draw: random.Random) -> bytes:
    """Something else follows."""
    return content + draw.randbytes(64)


def spaces(content: bytes, draw: random.Random) -> bytes:
    """A file of blanks."""
    return b" \t\r\n" * 40


def _lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)


def drop_line(content: bytes, draw: random.Random) -> bytes:
    """A line is missing."""
    lines = _lines(content)
    del lines[draw.randrange(len(lines))]
    return b"".join(lines)


def repeat_line(content: bytes, draw: random.Random) -> bytes:
    """A line is there twice."""
    lines = _lines(content)
    at = draw.randrange(len(lines))
    return b"".join([*lines[: at + 1], lines[at], *lines[at + 1 :]])


def swap_lines(content: bytes, draw: random.Random) -> bytes:
    """Two lines are in each other's place."""
    lines = _lines(content)
    a, b = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return b"".join(lines)


def _by_columns(content: bytes, change: Callable[[list[bytes]], list[bytes]], column: int | None = None) -> bytes:
    separator = max((b"\t", b";", b","), key=content.count)
    rows = [line.split(separator) for line in content.split(b"\n")]
    return b"\n".join(separator.join(change(row)) if len(row) > (column or 0) else separator.join(row) for row in rows)


def drop_column(content: bytes, draw: random.Random) -> bytes:
    """A column is missing."""
    at = draw.randrange(6)
    return _by_columns(content, lambda row: [*row[:at], *row[at + 1 :]], max(at, 1))


def repeat_column(content: bytes, draw: random.Random) -> bytes:
    """A column is there twice."""
    at = draw.randrange(6)
    return _by_columns(content, lambda row: [*row[: at + 1], *row[at:]], max(at, 1))


def odd_number(content: bytes, draw: random.Random) -> bytes:
    """One number is none, endless, negative, or of another alphabet."""
    numbers = list(re.finditer(rb"(?<![\w.])\d+(?:[.,]\d+)?(?![\w])", content))
    if not numbers:
        return flip(content, draw)
    found = draw.choice(numbers)
    return content[: found.start()] + draw.choice(_ODD_NUMBERS).encode() + content[found.end() :]


def byte_order_mark(content: bytes, draw: random.Random) -> bytes:
    """As Windows' editor saves it."""
    return b"\xef\xbb\xbf" + content


def utf16(content: bytes, draw: random.Random) -> bytes:
    """As spreadsheets save "Unicode text"."""
    return (b"\xff\xfe" + content.decode().encode("utf-16-le")) if draw.random() < 0.5 else utf16_big(content)


def utf16_big(content: bytes) -> bytes:
    """The same with the other end first."""
    return b"\xfe\xff" + content.decode().encode("utf-16-be")


def windows_lines(content: bytes, draw: random.Random) -> bytes:
    """Lines end as on Windows, or as on an old Macintosh."""
    return content.replace(b"\r", b"").replace(b"\n", draw.choice((b"\r\n", b"\r")))


def nul(content: bytes, draw: random.Random) -> bytes:
    """A byte that no text holds."""
    at = draw.randrange(len(content))
    return content[:at] + b"\x00" + content[at:]


def nested(content: bytes, draw: random.Random) -> bytes:
    """JSON or XML, or something in brackets, far deeper than anything is."""
    depth = draw.choice((2_000, 100_000))
    if content.lstrip().startswith(b"<"):
        end = content.rstrip().rfind(b"</")
        return content[:end] + b"<x>" * depth + b"</x>" * depth + content[end:]
    if content.lstrip().startswith(b"{"):
        return b'{"x": ' + b"[" * depth + b"]" * depth + b"," + content.lstrip()[1:]
    return b"[" * depth + content


def long_line(content: bytes, draw: random.Random) -> bytes:
    """A line of 100,000 of the same, within the file, which bad patterns take a day to look at."""
    lines = _lines(content)
    at = draw.randrange(len(lines) + 1)
    filling = draw.choice((b"1", b"-", b" ", b"[", b'"', b",", b"\t", b"<a", b"a (", b";1"))
    return b"".join([*lines[:at], b"a" + filling * 100_000 + b"x\n", *lines[at:]])


def entities(content: bytes, draw: random.Random) -> bytes:
    """XML that grows a thousandfold at each of nine steps, or looks into another file."""
    bomb = "".join(f'<!ENTITY a{at + 1} "{f"&a{at};" * 10}">' for at in range(9))
    inside = draw.choice((f'<!ENTITY a0 "ha">{bomb}', '<!ENTITY a9 SYSTEM "file:///etc/passwd">'))
    head, _, body = content.decode().rpartition("?>")
    made = f"{head}{'?>' if head else ''}<!DOCTYPE x [{inside}]>{body.replace('groom', '&a9;', 1)}"
    return made.encode() if draw.random() < 0.7 else b"\xff\xfe" + made.encode("utf-16-le")


def rezipped(content: bytes, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    """A zip with entries changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    return made.getvalue()


def zip_bomb(content: bytes, draw: random.Random) -> bytes:
    """A spreadsheet that unpacks to a thousand times its size: blanks, or cells without end."""
    cells = b"<row>" + b"<c><v>1</v></c>" * 200 + b"</row>"
    filling = draw.choice((_BOMB * 8, cells * 30_000))
    open_rows = (b"<table:table-row>" + b"<table:table-cell><text:p>1</text:p></table:table-cell>" * 200) * 20_000

    def fill(name: str, entry: bytes) -> tuple[str, bytes]:
        if name == "content.xml":
            return name, entry.replace(b"</table:table>", open_rows + b"</table:table>")
        return name, entry.replace(b"</sheetData>", filling + b"</sheetData>") if "sheet1" in name else entry

    return rezipped(content, fill)


def zip_damage_inside(content: bytes, draw: random.Random) -> bytes:
    """A spreadsheet whose archive is whole, and one of its parts not."""
    how = draw.choice((cut, flip_many, entities, swap))
    chosen = draw.randrange(12)
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    target = names[chosen % len(names)]
    return rezipped(content, lambda name, entry: (name, how(entry, draw) if name == target else entry))


def zip_hostile_names(content: bytes, draw: random.Random) -> bytes:
    """A spreadsheet with a part that would lie elsewhere."""
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr(draw.choice(("../../../evil", "/tmp/evil-of-deg", "xl/../../evil", "a\\..\\..\\evil")), b"x")
    return made.getvalue()


def json_endless(content: bytes, draw: random.Random) -> bytes:
    """A number in JSON becomes what only Python's JSON knows, or another type."""
    numbers = list(re.finditer(rb"(?<=[ \[:,])-?\d+(?:\.\d+)?(?=[,\]}\s])", content))
    if not numbers:
        return flip(content, draw)
    found = draw.choice(numbers)
    odd = draw.choice(("NaN", "Infinity", "-Infinity", "1e999", "null", "true", '"x"', "[]", "{}", "0.5", "-3"))
    return content[: found.start()] + odd.encode() + content[found.end() :]


def json_key(content: bytes, draw: random.Random) -> bytes:
    """An entry of some object is missing."""
    value = json.loads(content)
    objects = [value] if isinstance(value, dict) else list(value)
    for each in objects:
        inside = each.values() if isinstance(each, dict) else each if isinstance(each, list) else []
        objects += [child for child in inside if isinstance(child, (dict, list))]
    chosen = draw.choice([each for each in objects if isinstance(each, dict) and each])
    del chosen[draw.choice(sorted(chosen))]
    return json.dumps(value).encode()
