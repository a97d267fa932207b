"""The agreement of raters as a person reads it in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

import click

from deg_plugins_analysis.agreement.placing import Place
from deg_plugins_analysis.agreement.survey import Survey
from deg_plugins_analysis.answers import voice
from deg_plugins_analysis.answers.voice import between, number, p_value, percent
from deg_plugins_analysis.observations.observation import DEG


def tell(found: Survey) -> None:
    """Show the most important tables."""
    ratings = found.ratings
    click.echo(
        f"{len(ratings.recordings)} recordings scored by {len(ratings.raters)} raters: {', '.join(ratings.raters)}. "
        "In brackets 95 % intervals, by drawing recordings."
    )
    _tell_raters(found)
    _tell_pairs(found)
    _tell_groups(found)
    if found.places:
        _tell_places(found.places)


def _tell_raters(found: Survey) -> None:
    voice.heading("What each rater saw")
    rows = [
        [
            each.behaviour,
            each.rater,
            percent(each.share),
            str(each.n_bouts),
            number(each.bouts_per_min, 2),
            number(each.bout_mean_s, 2),
            number(each.bout_median_s, 2),
        ]
        for behaviour in found.ratings.behaviours
        for each in found.bouts
        if each.behaviour == behaviour
    ]
    columns = ["behaviour", "rater", "time spent", "bouts", "bouts/min", "bout mean (s)", "median (s)"]
    voice.show(columns, rows)


def _tell_pairs(found: Survey) -> None:
    voice.heading("Each against each")
    rows = [
        [
            each.behaviour,
            f"{each.rater} - {each.other}",
            str(each.n_recordings),
            number(each.f1),
            between(each.f1_low, each.f1_high),
            number(each.kappa),
            between(each.kappa_low, each.kappa_high),
            number(each.accuracy),
        ]
        for behaviour in dict.fromkeys(pair.behaviour for pair in found.pairs)
        for each in found.pairs
        if each.behaviour == behaviour
    ]
    columns = ["behaviour", "raters", "recordings", "F1", "[F1]", "kappa", "[kappa]", "accuracy"]
    voice.show(columns, rows)


def _tell_groups(found: Survey) -> None:
    voice.heading("All raters")
    rows = [
        [
            each.behaviour,
            each.raters,
            str(each.n_raters),
            number(each.alpha),
            between(each.alpha_low, each.alpha_high),
            number(each.fleiss),
            between(each.fleiss_low, each.fleiss_high),
        ]
        for each in found.groups
    ]
    voice.show(["behaviour", "who", "raters", "alpha", "[alpha]", "Fleiss' kappa", "[kappa]"], rows)


def _tell_places(places: Sequence[Place]) -> None:
    voice.heading("Each rater among the others (mean F1 over recordings)")
    rows = [
        [
            each.behaviour,
            each.rater,
            str(each.n_recordings),
            number(each.with_others),
            number(each.among_others),
            number(each.difference),
            between(each.low, each.high),
            p_value(each.p),
        ]
        for each in places
    ]
    columns = ["behaviour", "rater", "recordings", "with others", "among others", "difference", "[difference]", "p"]
    voice.show(columns, rows)
    for each in places:
        if each.rater == DEG and each.behaviour == places[-1].behaviour and each.n_recordings:
            click.echo(_verdict(each))


def _verdict(place: Place) -> str:
    differs = "differs from" if place.p < 0.05 else "does not differ measurably from"
    return (
        f"\nThe agreement of deg with people {differs} that of people with each other: {place.difference:+.3f} "
        f"({between(place.low, place.high)}), p = {p_value(place.p)}, {place.n_recordings} recordings. "
        "What the interval leaves open is not ruled out."
    )
