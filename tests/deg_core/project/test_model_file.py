from __future__ import annotations

import json
import struct
import zipfile
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from deg_core.errors import CheckpointError, ProjectError
from deg_core.project.model_card import ModelCard
from deg_core.project.model_file import CARD, is_model_file, pack, read_member, read_model_card, unpack

WEIGHTS = "runs/sequence-1/weights.safetensors"


def card_of(**changes: Any) -> ModelCard:
    values = {
        "name": "mouse",
        "created": datetime(2026, 3, 1, tzinfo=timezone.utc),
        "runs": ("sequence-1", "features-1"),
        "behaviours": ("walk", "rear"),
        "exclusive": False,
        "versions": {"deg-ethogram": "0.1.0"},
    }
    return ModelCard.model_validate(values | changes)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "weights").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "manifest").write_text("behaviours: [walk, rear]\n")
    path = tmp_path / "mouse.deg"
    pack(path, card_of(), {"project.yaml": tmp_path / "manifest", WEIGHTS: tmp_path / "weights"})
    return path


def forged(path: Path, members: dict[str, bytes], **how: Any) -> Path:
    """A zip that nobody's deg wrote."""
    with zipfile.ZipFile(path, "w", **how) as archive:
        for name, content in members.items():
            archive.writestr(
                zipfile.ZipInfo(name), content, **({} if not how else {"compress_type": how["compression"]})
            )
    return path


def card_bytes(*names: str, **changes: Any) -> bytes:
    values = card_of(digests=dict.fromkeys(names, "0" * 64)).model_dump(mode="json")
    return json.dumps(values | changes).encode()


def test_what_is_packed_comes_out_byte_for_byte(model: Path, tmp_path: Path) -> None:
    card = unpack(model, tmp_path / "out")
    assert card == read_model_card(model)
    assert (tmp_path / "out" / WEIGHTS).read_bytes() == (tmp_path / "weights").read_bytes()
    assert sorted(p.name for p in (tmp_path / "out").rglob("*") if p.is_file()) == [
        "project.yaml",
        "weights.safetensors",
    ]
    assert read_member(model, "project.yaml") == b"behaviours: [walk, rear]\n"
    assert list(tmp_path.glob("*.part")) == []


def test_entries_are_stored_and_any_unzip_opens_it(model: Path) -> None:
    with zipfile.ZipFile(model) as archive:
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.testzip() is None


def test_a_file_that_is_not_there_is_told_from_one_that_is_no_model(model: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="there is no such file"):
        read_model_card(tmp_path / "gone.deg")
    (tmp_path / "text.deg").write_text("weights, believe me")
    with pytest.raises(CheckpointError, match="not a deg model"):
        read_model_card(tmp_path / "text.deg")
    with pytest.raises(CheckpointError, match="not a deg model"):
        read_model_card(forged(tmp_path / "other.zip", {"holiday.jpg": b""}))
    assert not is_model_file(tmp_path / "text.deg")
    assert is_model_file(model)


def test_every_cut_is_noticed(model: Path, tmp_path: Path) -> None:
    whole = model.read_bytes()
    for size in range(0, len(whole), 97):
        model.write_bytes(whole[:size])
        with pytest.raises(CheckpointError, match=r"damaged|not a deg model"):
            unpack(model, tmp_path / f"out{size}")


def test_every_flipped_byte_of_the_content_is_noticed(model: Path, tmp_path: Path) -> None:
    whole = model.read_bytes()
    at = whole.index(bytes(range(256)) * 2) + 1000
    model.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    with pytest.raises(CheckpointError, match="damaged"):
        unpack(model, tmp_path / "out")
    with pytest.raises(CheckpointError, match="damaged"):
        read_member(model, WEIGHTS)


def test_content_that_a_zip_takes_for_whole_is_still_compared_with_the_card(tmp_path: Path) -> None:
    members = {CARD: card_bytes("project.yaml"), "project.yaml": b"exclusive: true"}
    path = forged(tmp_path / "x.deg", members)
    with pytest.raises(CheckpointError, match=r"project\.yaml is not what its card says .*card 000000000000"):
        unpack(path, tmp_path / "out")
    with pytest.raises(CheckpointError, match="is not what its card says"):
        read_member(path, "project.yaml")
    with pytest.raises(CheckpointError, match=r"no README\.md in it"):
        read_member(path, "README.md")


@pytest.mark.parametrize(
    "name",
    [
        "../escaped.yaml",
        "/etc/escaped",
        "runs/../../escaped/run.json",
        "runs/../run.json",
        "runs\\x\\run.json",
        "C:/escaped",
        "runs/x/weights.pkl",
        "plugin.py",
        "runs/x/",
    ],
)
def test_no_entry_leads_out_of_it_or_holds_what_deg_does_not_write(tmp_path: Path, name: str) -> None:
    path = forged(tmp_path / "x.deg", {CARD: card_bytes(name), name: b""})
    with pytest.raises(CheckpointError, match="which deg does not write") as caught:
        unpack(path, tmp_path / "deep" / "out")
    assert caught.value.fix == "do not use this file"
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["x.deg"]


def test_packed_and_repeated_entries_are_refused(tmp_path: Path) -> None:
    members = {CARD: card_bytes("project.yaml"), "project.yaml": b"0" * 1000}
    bomb = forged(tmp_path / "bomb.deg", members, compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(CheckpointError, match="which deg does not write, or not so"):
        unpack(bomb, tmp_path / "out")
    twice = forged(tmp_path / "twice.deg", members)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(twice, "a") as archive:
        archive.writestr("project.yaml", b"1")
    with pytest.raises(CheckpointError, match="differ in what is in it twice"):
        unpack(twice, tmp_path / "out")


def test_a_card_that_tells_of_more_or_less_than_there_is_is_damaged(tmp_path: Path) -> None:
    more = forged(tmp_path / "more.deg", {CARD: card_bytes("project.yaml", WEIGHTS), "project.yaml": b""})
    less = forged(tmp_path / "less.deg", {CARD: card_bytes(), "project.yaml": b""})
    for path, name in ((more, WEIGHTS), (less, "project.yaml")):
        with pytest.raises(CheckpointError, match=f"differ in {name}"):
            read_model_card(path)


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b"[" * 100_000, b'{"format": 1}', card_bytes(extra=1)])
def test_a_damaged_card_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(CheckpointError, match="damaged card"):
        read_model_card(forged(tmp_path / "x.deg", {CARD: content}))


def test_a_newer_format_is_told_from_a_damaged_one(tmp_path: Path) -> None:
    content = json.dumps({"format": 2, "versions": {"deg-ethogram": "9.1"}, "what": "nobody knows yet"}).encode()
    with pytest.raises(CheckpointError, match=r"made by a newer deg, 9\.1 \(format 2") as caught:
        read_model_card(forged(tmp_path / "x.deg", {CARD: content, "future.bin": b""}))
    assert "pip install --upgrade deg-ethogram" in caught.value.fix


def test_an_encrypted_entry_is_refused(model: Path, tmp_path: Path) -> None:
    content = bytearray(model.read_bytes())
    start = content.rindex(b"PK\x01\x02")  # the last entry of the directory
    struct.pack_into("<H", content, start + 8, 1)
    model.write_bytes(bytes(content))
    with pytest.raises(CheckpointError, match="which deg does not write, or not so"):
        unpack(model, tmp_path / "out")


def test_a_folder_that_cannot_be_written_to_is_told(model: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ProjectError, match="cannot write"):
        unpack(model, tmp_path / "file")
