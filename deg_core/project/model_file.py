"""The file of a shared model, `NAME.deg`: a whole pipeline as a project without recordings, in a zip.

Entries are stored as they are, so that weights keep the digests of their cards. `model.json` names every other entry
with its SHA-256; nothing else may be in the file, and nothing of it is ever unpickled.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from pydantic import ValidationError

from deg_core.data.whole_file import cannot_write, writing_beside
from deg_core.errors import CheckpointError
from deg_core.project.files import sha256_of
from deg_core.project.model_card import FORMAT, ModelCard

CARD = "model.json"
README = "README.md"
_MEMBER = re.compile(
    r"README\.md|model\.json|project\.yaml|runs/[A-Za-z0-9][\w.-]*/(run\.json|weights\.safetensors|thresholds\.yaml)"
)
_BLOCK_BYTES = 1 << 20
_MOST_CARD_BYTES = 10_000_000
_ASK_AGAIN = "ask whoever sent it to send it again"
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, LookupError, ValueError),
    *(OverflowError, MemoryError),
)
"""What reading a damaged zip raises."""


def pack(path: Path, card: ModelCard, files: Mapping[str, Path]) -> ModelCard:
    """Write a model file, beside its place, and rename it when it is whole.

    Args:
        path: The new file.
        card: Its digests are filled in here.
        files: What else is in it, by its name in there.

    Returns:
        The card as written.
    """
    card = card.model_copy(update={"digests": {name: sha256_of(file) for name, file in files.items()}})
    with writing_beside(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(CARD), card.model_dump_json(indent=1) + "\n")
        for name, file in files.items():
            with file.open("rb") as source, archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, _BLOCK_BYTES)
    return card


def is_model_file(path: Path) -> bool:
    """Whether a path is a file that begins as a model file does, whole or not."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(2) == b"PK"
    except OSError:
        return True  # whoever reads on will say why it cannot be read


def read_model_card(path: Path) -> ModelCard:
    """The card of a model file.

    Raises:
        CheckpointError: It is missing, damaged, something else, or made by a newer deg.
    """
    with _opened(path) as archive:
        return _card_in(archive, path)


def read_member(path: Path, name: str) -> bytes:
    """One entry of a model file, compared with its digest.

    Raises:
        CheckpointError: See `read_model_card`; or it is not there, or not what the card says.
    """
    with _opened(path) as archive:
        digests = _card_in(archive, path).digests
        if name not in digests:
            raise CheckpointError(f"no {name} in it", where=str(path), fix=_ASK_AGAIN)
        content = archive.read(name)
    _compare(hashlib.sha256(content).hexdigest(), digests[name], name, path)
    return content


def unpack(path: Path, folder: Path) -> ModelCard:
    """Unpack a model file into a folder, which then is a project without recordings.

    Raises:
        CheckpointError: See `read_model_card`; or an entry is not what the card says.
        ProjectError: There is no room.
    """
    with _opened(path) as archive:
        card = _card_in(archive, path)
        for name, digest in card.digests.items():
            with archive.open(name) as source:
                _compare(_copy(source, folder / name), digest, name, path)
    return card


def _copy(source: IO[bytes], target: Path) -> str:
    """Copy a stream into a new file; gives its SHA-256."""
    digest = hashlib.sha256()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            while block := source.read(_BLOCK_BYTES):
                digest.update(block)
                file.write(block)
    except OSError as error:
        raise cannot_write(target, error) from error
    return digest.hexdigest()


def _compare(found: str, expected: str, name: str, path: Path) -> None:
    if found != expected:
        raise CheckpointError(
            f"damaged: {name} is not what its card says (SHA-256 {found[:12]}, card {expected[:12]})",
            where=str(path),
            fix=_ASK_AGAIN,
        )


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a file, and turn whatever its bytes can bring about into one kind of error."""
    if not path.is_file():
        raise CheckpointError("there is no such file", where=str(path), fix="mend the path of the model file")
    try:
        whole = is_model_file(path)
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _DAMAGED as error:
        if not whole:
            raise _not_a_model(path) from None
        raise CheckpointError(f"damaged: {str(error).strip(chr(39))}", where=str(path), fix=_ASK_AGAIN) from None
    except OSError as error:
        raise CheckpointError(
            f"cannot be read: {error.strerror or error}", where=str(path), fix="mend its permissions, or its disk"
        ) from error


def _card_in(archive: zipfile.ZipFile, path: Path) -> ModelCard:
    if CARD not in archive.namelist():
        raise _not_a_model(path)
    _check_entry(archive.getinfo(CARD), path)
    try:
        values = json.loads(archive.read(CARD))
        _check_format(values, path)
        card = ModelCard.model_validate(values)
    except (ValueError, ValidationError, RecursionError) as error:
        problem = "; ".join(str(error).splitlines()[:3])
        raise CheckpointError(f"damaged card: {problem}", where=f"{path}, {CARD}", fix=_ASK_AGAIN) from None
    _check_members(archive, card, path)
    return card


def _check_format(values: Any, path: Path) -> None:
    made_in = values.get("format") if isinstance(values, dict) else None
    if isinstance(made_in, int) and made_in > FORMAT:
        raise CheckpointError(
            f"made by a newer deg, {values.get('versions', {}).get('deg-ethogram', 'unknown')} (format {made_in}; "
            f"this deg reads up to {FORMAT})",
            where=str(path),
            fix="install a newer one: pip install --upgrade deg-ethogram",
        )


def _check_entry(info: zipfile.ZipInfo, path: Path) -> None:
    """Refuse an entry that deg would not have written: another name or path, packed, encrypted, or too long a card."""
    name = info.filename
    plain = info.compress_type == zipfile.ZIP_STORED and not info.flag_bits & 1
    if not _MEMBER.fullmatch(name) or not plain or (name == CARD and info.file_size > _MOST_CARD_BYTES):
        raise CheckpointError(
            f"it holds {name!r}, which deg does not write, or not so", where=str(path), fix="do not use this file"
        )


def _check_members(archive: zipfile.ZipFile, card: ModelCard, path: Path) -> None:
    """Refuse what the card does not tell of, and the other way about."""
    names = [info.filename for info in archive.infolist()]
    for info in archive.infolist():
        _check_entry(info, path)
    if sorted(names) != sorted([CARD, *card.digests]):
        differing = ", ".join(sorted(set(names) ^ {CARD, *card.digests})) or "what is in it twice"
        raise CheckpointError(
            f"damaged: its card and what it holds differ in {differing}", where=str(path), fix=_ASK_AGAIN
        )


def _not_a_model(path: Path) -> CheckpointError:
    return CheckpointError("not a deg model", where=str(path), fix="give a file that `deg share` made")
