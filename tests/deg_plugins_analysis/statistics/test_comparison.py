from __future__ import annotations

import numpy as np
import pytest

from deg_plugins_analysis.statistics.animals import animal_values
from deg_plugins_analysis.statistics.comparison import Effort, compare_groups, group_means
from deg_plugins_analysis.statistics.correction import corrected
from deg_plugins_analysis.statistics.summary import summarise

EFFORT = Effort(n_permutations=999, n_bootstrap=300)


def study_of(see, shares: dict[tuple[str, str], float], n_frames: int = 100):
    """An animal's recording in a group for each share of time."""
    summaries, animal_of, group_of = [], {}, {}
    for (animal, group), share in shares.items():
        name = f"{animal}-{group}"
        present = round(share * n_frames)
        summaries += summarise(see(name, groom="#" * present + "." * (n_frames - present), rear="." * n_frames))
        animal_of[name], group_of[name] = animal, group
    return animal_values(summaries, animal_of, group_of)


def compare(values, behaviour="groom", measure="share"):
    found = compare_groups("drug", values, np.random.default_rng(0), EFFORT)
    return [each for each in found if (each.behaviour, each.measure) == (behaviour, measure)]


def test_animals_of_two_groups_are_compared_once_each(see) -> None:
    shares = {(f"a{at}", "saline"): 0.1 + at / 100 for at in range(5)}
    shares |= {(f"b{at}", "drug"): 0.3 + at / 100 for at in range(5)}
    (found,) = compare(study_of(see, shares))
    assert (found.group, found.other, found.design, found.n, found.n_other) == ("drug", "saline", "independent", 5, 5)
    assert found.difference == pytest.approx(-0.2)
    assert found.low < -0.15 < found.high + 0.06
    assert found.p == found.least_p == pytest.approx(2 / 252)
    assert found.cliffs_delta == -1


def test_several_recordings_of_an_animal_are_one(see) -> None:
    summaries = [
        summarise(see(name, groom=text))[0] for name, text in (("one", "##........"), ("two", "####" + "." * 16))
    ]
    values = animal_values(summaries, {"one": "m", "two": "m"}, {"one": "all", "two": "all"})
    share = next(each for each in values if each.measure == "share")
    assert share.values.tolist() == [[pytest.approx(6 / 30)]]
    (mean,) = [each for each in group_means("all", values, np.random.default_rng(0), EFFORT) if each.measure == "share"]
    assert mean.n_animals == 1
    assert np.isnan([mean.low, mean.high, mean.sd]).all()


def test_animals_in_both_groups_are_compared_with_themselves(see) -> None:
    shares = {
        (f"m{at}", group): at / 10 + extra for at in range(6) for group, extra in (("before", 0.0), ("later", 0.05))
    }
    (found,) = compare(study_of(see, shares))
    assert found.design == "paired"
    assert found.difference == pytest.approx(0.05)
    assert found.p == pytest.approx(2 / 64)  # though animals differ far more than times


def test_an_animal_that_lacks_a_group_is_left_out_of_pairs(see) -> None:
    shares = {
        ("m1", "before"): 0.1,
        ("m1", "later"): 0.2,
        ("m2", "before"): 0.9,
        ("m3", "before"): 0.2,
        ("m3", "later"): 0.4,
    }
    (found,) = compare(study_of(see, shares))
    assert (found.n, found.difference) == (2, pytest.approx(0.15))


def test_three_groups_are_compared_at_once_and_pair_by_pair(see) -> None:
    shares = {
        (f"{group}{at}", group): base + at / 50
        for group, base in (("a", 0.1), ("b", 0.1), ("c", 0.6))
        for at in range(4)
    }
    together, *pairs = compare(study_of(see, shares))
    assert (together.group, together.effect_name) == ("all", "eta squared")
    assert together.p < 0.03
    assert [(each.group, each.other) for each in pairs] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert pairs[0].p_corrected == 1.0
    assert pairs[1].p_corrected >= 3 * pairs[1].p  # of two behaviours, one never happens and differs nowhere


def test_pairs_are_corrected_among_pairs_and_what_is_at_once_among_its_like(see) -> None:
    shares = {
        (f"{group}{at}", group): base + at / 50
        for group, base in (("a", 0.1), ("b", 0.2), ("c", 0.6))
        for at in range(4)
    }
    found = compare_groups("drug", study_of(see, shares), np.random.default_rng(0), EFFORT)
    of_measure = [each for each in found if each.measure == "share"]
    for family in ([each for each in of_measure if not each.other], [each for each in of_measure if each.other]):
        expected = corrected(np.array([each.p for each in family]), EFFORT.correction)
        assert [each.p_corrected for each in family] == pytest.approx(expected.tolist(), nan_ok=True)


def test_a_group_of_one_is_not_tested_and_says_why(see) -> None:
    shares = {("a", "drug"): 0.5, ("b", "saline"): 0.1, ("c", "saline"): 0.2}
    (found,) = compare(study_of(see, shares))
    assert found.difference == pytest.approx(-0.35)
    assert np.isnan([found.p, found.p_corrected, found.low, found.effect]).all()
    assert found.test == "none: a group has fewer than two animals with this measure"


def test_what_never_happens_has_no_lengths_to_compare(see) -> None:
    shares = {(f"m{at}", "drug" if at % 2 else "saline"): 0.2 for at in range(6)}
    (found,) = compare(study_of(see, shares), "rear", "bout_mean_s")
    assert (found.n, found.n_other) == (0, 0)
    assert np.isnan([found.difference, found.p]).all()
    (share,) = compare(study_of(see, shares), "rear")
    assert (share.difference, share.p) == (0.0, 1.0)
