"""`deg plugin check` names every fault of a plugin, with its distribution and version and what to do."""

from __future__ import annotations

import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from bad_plugins import BAD, METRIC, PROMISES, Bad, video, write_tree

from deg_core.authoring.check import Limits, Review, check_plugin
from deg_core.authoring.new import KIND_NAMES, new_plugin
from deg_core.authoring.subject import find_subject
from deg_core.authoring.trial import CONTRACTS, NEED_A_FILE
from deg_core.catalog import catalog_of
from deg_core.errors import ProjectError
from deg_core.testing import FAKES

LIMITS = Limits(import_s=0.4, import_stop_s=6.0)


def check(name: str, bad: Bad, folder: Path) -> Review:
    subject = find_subject(str(write_tree(name, {name: bad}, folder)))
    return check_plugin(subject, catalog_of(*FAKES), limits=LIMITS, contracts=bad.contracts)


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Review]:
    """Every bad distribution, looked at; two at a time, since each waits for processes of its own."""
    folder = tmp_path_factory.mktemp("bad")
    with ThreadPoolExecutor(max_workers=2) as pool:
        done = pool.map(lambda item: check(*item, folder), BAD.items())
        return dict(zip(BAD, done, strict=True))


@pytest.mark.parametrize("name", BAD)
def test_a_fault_is_named_with_what_to_do(reviews: dict[str, Review], name: str) -> None:
    review, bad = reviews[name], BAD[name]
    assert str(review.subject) == f"deg-{name} 1.2"
    told = [fault for fault in review.faults if fault.level == "error" and bad.said in fault.problem]
    assert told, review.faults
    assert bad.fix in told[0].fix
    assert review.n_errors >= 1


@pytest.fixture(scope="module")
def broken_promises(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """A distribution of plugins that break their contracts, and of a reader that came without tests, looked at."""
    modules = {**PROMISES, "untested": Bad(video(), "", "")}
    root = write_tree("broken-promises", modules, tmp_path_factory.mktemp("bad"))
    return check_plugin(find_subject(str(root)), catalog_of(*FAKES))


@pytest.mark.parametrize("name", PROMISES)
def test_a_broken_promise_is_named_with_the_plugin_whose_it_is(broken_promises: Review, name: str) -> None:
    bad = PROMISES[name]
    own = [fault for fault in broken_promises.faults if fault.plugin.endswith(f" {name}") and fault.level == "error"]
    told = [fault for fault in own if bad.said in fault.problem]
    assert told, broken_promises.faults
    assert bad.fix in told[0].fix
    assert f"{told[0].plugin} of deg-broken-promises 1.2" in "\n".join(broken_promises.sentences())


def test_promises_that_are_kept_are_not_said_to_be_broken(broken_promises: Review) -> None:
    """Plugins that are tried side by side spoil nothing for each other."""
    one_fault = ("changes-the-random-state", "leaks-memory", "crashes-in-a-worker")
    found = {name: [f for f in broken_promises.faults if f.plugin.endswith(f" {name}")] for name in one_fault}
    assert {name: len(faults) for name, faults in found.items()} == dict.fromkeys(one_fault, 1)


def test_the_case_in_which_a_promise_is_broken_is_named(broken_promises: Review) -> None:
    """Whoever mends it has to know on what it broke."""
    (told, *_) = (fault for fault in broken_promises.faults if fault.plugin == "sequence-model a-frame-too-few")
    assert re.search(r"logits for every frame' \([\w-]+\): ", told.problem)


def test_a_review_is_plain_json(reviews: dict[str, Review]) -> None:
    for name, review in reviews.items():
        values = json.loads(json.dumps(review.values(), allow_nan=False))
        assert (values["distribution"], values["version"]) == (f"deg-{name}", "1.2")
        assert values["errors"] == review.n_errors


def test_a_fault_is_the_only_one_where_it_is_one(reviews: dict[str, Review]) -> None:
    """What is said of a plugin is not said of all."""
    for name in ("prints-on-import", "slow-to-import", "claims-a-name", "needs-another-numpy"):
        assert reviews[name].n_errors == 1, reviews[name].faults


def test_what_has_no_fault_has_no_error(tmp_path: Path) -> None:
    new_plugin("metric", "sound", tmp_path / "sound", catalog_of())
    review = check_plugin(find_subject(str(tmp_path / "sound")), catalog_of(*FAKES))
    assert review.faults == []
    assert review.contracts["metric sound"] >= 10
    assert review.offers[0]["summary"].startswith("mean of recall")
    assert review.fits == ">=0.1,<1"
    assert review.seconds is not None
    assert review.values()["typed"]


def test_a_reader_without_tests_was_tried_only_in_part(broken_promises: Review) -> None:
    (note,) = (fault for fault in broken_promises.faults if fault.plugin == "video-reader untested")
    assert note.level == "note"
    assert "--tests" in note.fix
    assert broken_promises.contracts["video-reader untested"] == 3


def test_every_kind_has_its_contract() -> None:
    assert set(CONTRACTS) == set(KIND_NAMES)
    assert set(NEED_A_FILE) < set(CONTRACTS)


def test_what_cannot_be_looked_at_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no distribution"):
        find_subject("deg-that-nobody-has")
    root = write_tree("empty", {"empty": Bad(METRIC, "", "")}, tmp_path)
    (root / "pyproject.toml").write_text('[project]\nname = "deg-empty"\nversion = "1"\n', encoding="utf-8")
    with pytest.raises(ProjectError, match="no entry point"):
        find_subject(str(root))
    (root / "pyproject.toml").write_text("[project\n", encoding="utf-8")
    with pytest.raises(ProjectError, match="not a project file"):
        find_subject(str(root))


def test_a_command_that_deg_has_is_a_name_that_is_taken(tmp_path: Path) -> None:
    new_plugin("command", "train", tmp_path / "train", catalog_of())
    subject = find_subject(str(tmp_path / "train"))
    review = check_plugin(subject, catalog_of(), commands=["train"], contracts=False)
    assert [fault.problem for fault in review.faults] == ["claims a name that deg itself has"]
