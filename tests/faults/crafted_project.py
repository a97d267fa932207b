"""Projects and models that no accident makes. All of them have to be refused, but for those that say otherwise."""

from __future__ import annotations

import io
import json
import pickle
import re
import struct
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from whole_project import mend_card


@dataclass(frozen=True)
class Crafted:
    """What somebody thought of.

    Attributes:
        kind: The kind of file, see `whole_project`.
        make: Changes a copy of the whole project; called with its folder and the file.
        is_odd: Whether it may be read.
    """

    kind: str
    make: Callable[[Path, Path], object]
    is_odd: bool = False


def _text(text: str) -> Callable[[Path, Path], object]:
    return lambda _root, path: path.write_text(text, encoding="utf-8")


def _added(text: str) -> Callable[[Path, Path], object]:
    return lambda _root, path: path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def _replaced(pattern: str, new: str) -> Callable[[Path, Path], object]:
    def make(_root: Path, path: Path) -> None:
        text, n = re.subn(pattern, lambda _: new, path.read_text(encoding="utf-8"), count=1)
        assert n == 1, pattern
        path.write_text(text, encoding="utf-8")

    return make


def _laughs(top: str) -> str:
    """Nine lists, each of nine times the one before."""
    lines = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]" for at in range(1, 9)]
    return "\n".join([*lines, f"{top}: *a8", ""])


def _merging() -> str:
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{at}: &a{at} {{<<: [{', '.join([f'*a{at - 1}'] * 9)}], y{at}: 1}}" for at in range(1, 12)]
    return "\n".join([*lines, "behaviours: [a]", ""])


_YAML = {
    "laughs for behaviours": _laughs("behaviours"),
    "laughs for a setting": _laughs("behaviours: [a]\nfeatures"),
    "laughs within settings": _laughs("behaviours: [a]\nflow: {settings: {n_frames: 2}}\nsequence"),
    "merged without end": _merging(),
    "itself": "behaviours: &a [*a]\n",
    "itself as a section": "behaviours: [a]\nflow: &f {settings: *f}\npreset: small\n",
    "deep": "behaviours: " + "[" * 5000 + "]" * 5000 + "\n",
    "deep maps": "behaviours: " + "{a: " * 3000 + "1" + "}" * 3000 + "\n",
    "a tag that runs": "behaviours: !!python/object/apply:os.system ['touch strayed']\n",
    "a tag of nobody": "behaviours: !lab [a]\n",
    "a day that is none": "behaviours: [a]\nname: 2001-99-99\n",
    "a moment that is none": "behaviours: [a]\nname: 2001-01-01 99:99:99\n",
    "endless digits": f"behaviours: [a]\nseed: {'9' * 6000}\n",
    "base 60": "behaviours: [a]\nseed: 190:20:30:99999999999999\n",
    "a list within a name": 'behaviours: [a]\n{"r": ["x"]}: 1\n',
    "a list within a name, marked": '{&a": {"r": ["x"]}}',
    "a list as a name": "behaviours: [a]\n? [x, y]\n: 1\n",
    "a preset elsewhere": "behaviours: [a]\npreset: ../../../etc/passwd\n",
    "two documents": "behaviours: [a]\n---\nbehaviours: [b]\n",
    "a line break in a name": 'behaviours: ["a\\nb"]\n',
    "an escape in a name": 'behaviours: ["\\e[31mgroom"]\n',
    "a name twice": "behaviours: [a]\nbehaviours: [b]\n",
    "not a number": "behaviours: [a]\nthresholds: {method: fixed, value: .nan}\n",
    "room without end": "behaviours: [a]\ncache_gb: .inf\nfeatures: {training: {learning_rate: .inf}}\n",
    "pictures of a mile": "behaviours: [a]\nimage: {size: [1000000000, 1000000000]}\n",
}


def _split(**parts: list[tuple[str, Any, Any]]) -> Callable[[Path, Path], object]:
    spans = {part: [{"record": r, "start": a, "stop": b} for r, a, b in each] for part, each in parts.items()}
    return _text(json.dumps({"settings": {}, "guard_frames": 0, "folds": [spans]}))


def _json(**values: Any) -> Callable[[Path, Path], object]:
    def make(_root: Path, path: Path) -> None:
        path.write_text(json.dumps({**json.loads(path.read_text()), **values}))

    return make


def _weights(header: bytes, body: bytes = b"", n_bytes: int | None = None) -> Callable[[Path, Path], object]:
    def make(root: Path, path: Path) -> None:
        path.write_bytes(struct.pack("<Q", len(header) if n_bytes is None else n_bytes) + header + body)
        mend_card(root)

    return make


def _tensor(dtype: str = "F32", shape: Any = (1,), offsets: Any = (0, 4)) -> bytes:
    return json.dumps({"x": {"dtype": dtype, "shape": shape, "data_offsets": offsets}}).encode()


def _hdf5(change: Callable[[h5py.File], object]) -> Callable[[Path, Path], object]:
    def make(_root: Path, path: Path) -> None:
        with h5py.File(path, "r+") as file:
            change(file)

    return make


def _put(name: str, value: Any) -> Callable[[Path, Path], object]:
    def change(file: h5py.File) -> None:
        del file[name]
        file[name] = value

    return _hdf5(change)


def _claim(name: str, shape: tuple[int, ...], dtype: Any = np.float32) -> Callable[[Path, Path], object]:
    """A dataset of which nothing was written, and which claims to be large."""

    def change(file: h5py.File) -> None:
        del file[name]
        file.create_dataset(name, shape, dtype, chunks=tuple(min(1000, side) for side in shape), compression="gzip")

    return _hdf5(change)


def _outside(name: str) -> Callable[[Path, Path], object]:
    def change(file: h5py.File) -> None:
        shape, dtype = file[name].shape, file[name].dtype
        del file[name]
        file.create_dataset(name, shape, dtype, external=[("/etc/services", 0, h5py.h5f.UNLIMITED)])

    return _hdf5(change)


def _attribute(name: str, value: Any) -> Callable[[Path, Path], object]:
    return _hdf5(lambda file: file.attrs.__setitem__(name, value))


def _no_attribute(name: str) -> Callable[[Path, Path], object]:
    return _hdf5(lambda file: file.attrs.__delitem__(name))


def _archive(change: Callable[[str, bytes], list[tuple[Any, bytes]]], how: int = 0) -> Callable[[Path, Path], object]:
    def make(_root: Path, path: Path) -> None:
        made = io.BytesIO()
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", how) as new, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about names that come twice
            for name in old.namelist():
                for each, content in change(name, old.read(name)):
                    new.writestr(each, content)
        path.write_bytes(made.getvalue())

    return make


def _beside(name: str) -> Callable[[Path, Path], object]:
    return _archive(lambda each, content: [(each, content), *([(name, b"x")] if each == "model.json" else [])])


def _on_the_card(name: str) -> Callable[[Path, Path], object]:
    """An entry that the card names."""

    def change(each: str, content: bytes) -> list[tuple[Any, bytes]]:
        if each != "model.json":
            return [(each, content)]
        card = json.loads(content)
        card["digests"][name] = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
        return [(each, json.dumps(card).encode()), (name, b"x")]

    return _archive(change)


def _link() -> Callable[[Path, Path], object]:
    info = zipfile.ZipInfo("README.md")
    info.external_attr = 0o120777 << 16
    return _archive(lambda each, content: [(info, b"/etc/passwd")] if each == "README.md" else [(each, content)])


def _card_bomb(how: int) -> Callable[[Path, Path], object]:
    filling = b" " * (1 << 28)
    return _archive(lambda each, content: [(each, content + filling if each == "model.json" else content)], how)


class _Runs:
    def __reduce__(self) -> Any:
        return Path.touch, (Path("strayed"),)


def _npz(**arrays: Any) -> Callable[[Path, Path], object]:
    return lambda _root, path: np.savez(path, **arrays)


def _npy_claims(_root: Path, path: Path) -> None:
    with path.open("wb") as file:
        header = {"descr": "|u1", "fortran_order": False, "shape": (10**12, 16, 16, 3)}
        np.lib.format.write_array_header_1_0(file, header)


def _npy_header_begun(_root: Path, path: Path) -> None:
    """A bracket that does not end any more: found by fuzzing."""
    content = path.read_bytes()
    path.write_bytes(content.replace(b"}", b" ", 1))


def _a_byte_more(_root: Path, path: Path) -> None:
    """Between the texts of a prediction, from which HDF5 2.0 never returns: found by fuzzing."""
    content = path.read_bytes()
    at = content.rindex(b"GCOL") + 219
    path.write_bytes(content[:at] + b"T" + content[at:])


def _names_of_no_kind(_root: Path, path: Path) -> None:
    """Neither texts nor sequences, which ends the process in HDF5 2.0: found by fuzzing."""
    content = bytearray(path.read_bytes())
    content[content.index(b"\x19\x01\x01\x00") + 1] = 0x32
    path.write_bytes(content)


def _latents_beyond_the_end(_root: Path, path: Path) -> None:
    """Of the file: found by changing each byte."""
    places: list[int] = []
    with h5py.File(path) as file:
        file["latents"].id.chunk_iter(lambda chunk: places.append(chunk.byte_offset))
    old, new = (struct.pack("<Q", place) for place in (places[0], places[0] + (1 << 42)))
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))


def _a_text_of_gigabytes(_root: Path, path: Path) -> None:
    """Claimed, which HDF5 2.0 fills before it sees that it is not there: found by fuzzing."""
    content = bytearray(path.read_bytes())
    content[content.index(struct.pack("<QI", content.index(b"GCOL"), 1)) - 1] = 0xF0
    path.write_bytes(content)


def _no_utf8_for_a_name(_root: Path, path: Path) -> None:
    """In the list of a zip, though it says that it is: found by fuzzing."""
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 9] |= 8  # the mark of UTF-8
    content[at + 46] = 0x80
    path.write_bytes(content)


_ODD_PROJECTS = {"a tag that runs", "a tag of nobody", "room without end", "pictures of a mile"}
"""Files that are read: tags mean nothing to whoever looks for plain values, and some wishes only fail later."""

CRAFTED: dict[str, Crafted] = {
    **{f"yaml: {name}": Crafted("project file", _text(text), name in _ODD_PROJECTS) for name, text in _YAML.items()},
    **{
        f"recording of yaml: {name}": Crafted("recording", _text(text.replace("behaviours: ", "video: ")))
        for name, text in _YAML.items()
    },
    **{f"split of yaml: {name}": Crafted("split", _text(text)) for name, text in _YAML.items()},
    **{f"thresholds of yaml: {name}": Crafted("thresholds", _text(text)) for name, text in _YAML.items()},
    "a recording's video of no name": Crafted("recording", _text('video: "a\\0b"\n')),
    "groups without end": Crafted("recording", _text("video: a.mp4\n" + _laughs("groups"))),
    "thresholds of an unknown behaviour": Crafted("thresholds", _text("dig: 0.5\n")),
    "thresholds above 1": Crafted("thresholds", _text("groom: 1.5\n")),
    "thresholds in a list": Crafted("thresholds", _text("[0.5, 0.5]\n")),
    "a part within a part": Crafted("split", _split(train=[("monday", 0, 40)], test=[("monday", 39, 40)])),
    "twice in a part": Crafted("split", _split(train=[("monday", 0, 30), ("monday", 20, 40)])),
    "a span backwards": Crafted("split", _split(train=[("monday", 40, 0)])),
    "a span before the first frame": Crafted("split", _split(train=[("monday", -5, 5)])),
    "a span of nothing": Crafted("split", _split(train=[("monday", 5, 5)])),
    "half a frame": Crafted("split", _split(train=[("monday", 0, 5.5)])),
    "no folds": Crafted("split", _text('{"settings": {}, "guard_frames": 0, "folds": []}')),
    "labels of 300": Crafted("labels", _replaced(r"\n5,[01]", "\n5,300")),
    "labels of half": Crafted("labels", _replaced(r"\n5,[01]", "\n5,0.5")),
    "labels of 7": Crafted("labels", _replaced(r"\n5,[01]", "\n5,7")),
    "labels of nothing": Crafted("labels", _replaced(r"\n5,[01]", "\n5,")),
    "labels with a remark": Crafted("labels", _replaced(r"\n5,.*\n", "\n#5,1,1\n")),
    "labels of frame 9 twice": Crafted("labels", _replaced(r"\n10,", "\n9,")),
    "labels in another order": Crafted("labels", _replaced(r"\n10,(.*)\n11,", "\n11,0,0\n10,")),
    "labels of a behaviour twice": Crafted("labels", _replaced("rear, high", "groom")),
    "labels of an unknown behaviour": Crafted("labels", _replaced("groom", "dig")),
    "labels under a header without an end": Crafted("labels", _replaced('"rear, high"', '"rear, high')),
    "a run built on itself": Crafted("card", _json(built_on="sequence-20261124-122658")),
    "a run elsewhere": Crafted("card", _json(run_id="../../elsewhere")),
    "built on what lies elsewhere": Crafted("card", _json(built_on="../../elsewhere/runs/x")),
    "one threshold for two": Crafted("card", _json(thresholds=[0.5])),
    "three thresholds for two": Crafted("card", _json(thresholds=[0.5, 0.5, 0.5])),
    "a threshold of nan": Crafted("card", _replaced(r'"thresholds": \[\s*[\d.]+', '"thresholds": [NaN')),
    "a threshold of 7": Crafted("card", _json(thresholds=[0.5, 7.0])),
    "one neutral point for two": Crafted("card", _json(neutral=[0.5])),
    "no behaviours": Crafted("card", _json(behaviours=[])),
    "less than no latents": Crafted("card", _json(n_latents=-3)),
    "a run of the year 99999": Crafted("card", _json(created="99999-01-01")),
    "a card of lists": Crafted("card", _text("[" * 100_000)),
    "a header of 2^63 bytes": Crafted("weights", _weights(b"{}", n_bytes=1 << 63)),
    "a header of 1 GB": Crafted("weights", _weights(b"{}", n_bytes=1 << 30)),
    "a header of 90 MB": Crafted("weights", _weights(b"{" + b" " * 90_000_000 + b"}")),
    "a header of lists": Crafted("weights", _weights(b'{"x": ' + b"[" * 100_000)),
    "no tensors": Crafted("weights", _weights(b"{}")),
    "a tensor beyond the end": Crafted("weights", _weights(_tensor(offsets=(0, 1 << 40)), b"1234")),
    "a tensor backwards": Crafted("weights", _weights(_tensor(offsets=(4, 0)), b"1234")),
    "a tensor of more than there is": Crafted("weights", _weights(_tensor(shape=(1 << 40, 1 << 40)), b"1234")),
    "a tensor of less than nothing": Crafted("weights", _weights(_tensor(shape=(-1,)), b"1234")),
    "a tensor of no numbers": Crafted("weights", _weights(_tensor(dtype="PICKLE"), b"1234")),
    "a pickle for weights": Crafted("weights", lambda root, p: (p.write_bytes(pickle.dumps(_Runs())), mend_card(root))),
    "one behaviour more than columns": Crafted("prediction", _attribute("behaviours", ["a", "b", "c"])),
    "fewer frames present": Crafted("prediction", _put("present", np.zeros((3, 2), bool))),
    "probabilities the other way": Crafted("prediction", _put("probabilities", np.zeros((2, 40), np.float32))),
    "one threshold in a prediction": Crafted("prediction", _put("thresholds", np.zeros(1, np.float32))),
    "probabilities of text": Crafted("prediction", _put("probabilities", np.full((40, 2), b"x"))),
    "a rule of numbers": Crafted("prediction", _put("rule", 5)),
    "no rate": Crafted("prediction", _no_attribute("frames_per_second")),
    "a rate of text": Crafted("prediction", _attribute("frames_per_second", "fast")),
    "a rate of nan": Crafted("prediction", _attribute("frames_per_second", float("nan"))),
    "a rate below 0": Crafted("prediction", _attribute("frames_per_second", -25.0)),
    "behaviours of numbers": Crafted("prediction", _attribute("behaviours", 3)),
    "probabilities of a terabyte": Crafted("prediction", _claim("probabilities", (1 << 37, 2))),
    "logits of 3 GB": Crafted("prediction", _claim("logits", (400_000_000, 2))),
    "latents of a terabyte": Crafted("prediction", _claim("latents", (1 << 37, 6))),
    "what is present lies in another file": Crafted("prediction", _outside("present")),
    "a byte more between texts": Crafted("prediction", _a_byte_more),
    "names of no kind": Crafted("prediction", _names_of_no_kind),
    "latents beyond the end": Crafted("prediction", _latents_beyond_the_end),
    "a text of gigabytes": Crafted("prediction", _a_text_of_gigabytes),
    "a keypoint of gigabytes": Crafted("pose", _a_text_of_gigabytes),
    "keypoints of no kind": Crafted("pose", _names_of_no_kind),
    "probabilities are a folder": Crafted(
        "prediction", _hdf5(lambda f: (f.move("probabilities", "x/y"), f.move("x", "probabilities")))
    ),
    "a pose of a terabyte": Crafted("pose", _claim("positions", (1 << 36, 1, 3, 2))),
    "a pose of 3 GB": Crafted("pose", _claim("positions", (130_000_000, 1, 3, 2))),
    "a pose in another file": Crafted("pose", _outside("confidence")),
    "a pose of a picture of nothing": Crafted("pose", _attribute("picture_size", (-3, 16))),
    "a pose at a rate of nan": Crafted("pose", _attribute("frames_per_second", float("nan"))),
    "a pose of three sides": Crafted("pose", _attribute("picture_size", (3, 16, 3))),
    "keypoints twice": Crafted("pose", _attribute("keypoints", ["a", "a", "c"])),
    "confidence of 7": Crafted("pose", _put("confidence", np.full((40, 1, 3), 7, np.float32))),
    "half a position": Crafted("pose", _put("positions", np.full((40, 1, 3, 2), (1, np.nan), np.float32))),
    **{
        f"an entry {name!r}": Crafted("model", _beside(name))
        for name in (
            "../evil",
            "/tmp/evil-of-deg",
            "runs/../../evil",
            "runs\\..\\evil",
            "runs/a/run.json/../../x",
            "a\nb",
        )
    },
    **{
        f"on the card, {name!r}": Crafted("model", _on_the_card(name))
        for name in (
            "../evil",
            "/tmp/evil-of-deg",
            "runs/../evil/run.json",
            "runs/..a/../../run.json",
            "C:/evil",
            "con",
        )
    },
    "a link for a readme": Crafted("model", _link()),
    "an entry whose name is no text": Crafted("model", _no_utf8_for_a_name),
    "an entry twice": Crafted("model", _archive(lambda n, c: [(n, c)] * (1 + (n == "README.md")))),
    "a card of 256 MB, packed": Crafted("model", _card_bomb(zipfile.ZIP_DEFLATED)),
    "entries packed": Crafted("model", _archive(lambda n, c: [(n, c)], zipfile.ZIP_DEFLATED)),
    "entries packed by bzip2": Crafted("model", _archive(lambda n, c: [(n, c)], zipfile.ZIP_BZIP2)),
    "a card of lists in a model": Crafted(
        "model", _archive(lambda n, c: [(n, b"[" * 100_000 if n == "model.json" else c)])
    ),
    "a timeline that runs": Crafted("timeline", _npz(rate=25.0, n_frames=40, times_s=np.array([_Runs()])), is_odd=True),
    "a timeline without end": Crafted("timeline", _npz(rate=np.inf, n_frames=40, times_s=[]), is_odd=True),
    "a timeline of years": Crafted("timeline", _npz(rate=25.0, n_frames=10**12, times_s=[]), is_odd=True),
    "a timeline of less than nothing": Crafted("timeline", _npz(rate=25.0, n_frames=-5, times_s=[]), is_odd=True),
    "a timeline backwards": Crafted("timeline", _npz(rate=25.0, n_frames=3, times_s=[2.0, 1.0, 0.0]), is_odd=True),
    "frames that run": Crafted("frames", lambda _, p: np.save(p, np.array([_Runs()])), is_odd=True),
    "frames whose header does not end": Crafted("frames", _npy_header_begun, is_odd=True),
    "frames that are an empty zip": Crafted("frames", lambda _, p: zipfile.ZipFile(p, "w").close(), is_odd=True),
    "frames that are not there": Crafted("frames", _npy_claims, is_odd=True),
    "frames of another size": Crafted(
        "frames", lambda _, p: np.save(p, np.zeros((40, 8, 8, 3), np.uint8)), is_odd=True
    ),
    "fewer frames": Crafted("frames", lambda _, p: np.save(p, np.zeros((7, 16, 16, 3), np.uint8)), is_odd=True),
}
