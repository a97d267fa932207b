"""What came out, in a form for people and for scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict


class _Card(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Search(_Card):
    """How clusters were found.

    Attributes:
        frames: Frames they were looked for in, none of them for validation or test.
        reduction: What brought features to few dimensions.
        dimensions: How many.
        variance: Share of variance in them; None where no principal components were.
        noise: Share of these frames that belong to no dense place; the classifier gives them to a cluster too.
        accuracy: Of the classifier, on frames that each of its trees has not seen.
        smooth_s: Time over which features were averaged, seconds.
        least_share: Share of the frames that a cluster had to have.
        min_samples: Neighbours that made a place dense.
        seed: From which all randomness was drawn.
    """

    frames: int
    reduction: str
    dimensions: int
    variance: float | None
    noise: float
    accuracy: float
    smooth_s: float
    least_share: float
    min_samples: int
    seed: int


class Cluster(_Card):
    """One cluster, over all recordings.

    Attributes:
        cluster: Its number; 0 is the largest of those that were found.
        frames: Frames in it.
        share: Of all frames.
        bouts: Unbroken runs of it.
        median_bout_s: Their median length, seconds; None where there are none.
        stands_for: The behaviour that it stands for; None for none of them.
        labels: Frames of the training part in it, by behaviour, and `none` where all are known to be absent.
        coverage: Share of its labelled frames, none of them for validation or test, in which somebody labelled a
            behaviour; None where none of its frames is labelled.
    """

    cluster: int
    frames: int
    share: float
    bouts: int
    median_bout_s: float | None
    stands_for: str | None
    labels: dict[str, int]
    coverage: float | None


class BehaviourF1(_Card):
    """F1 of one behaviour on the same frames; None where undefined.

    Attributes:
        present: Frames in which it is labelled.
        clusters: Of what the clusters stand for.
        supervised: Of the ethogram that deg predicts; None also where there is none to compare with.
    """

    present: int
    clusters: float | None
    supervised: float | None


class Agreement(_Card):
    """Comparison with labels of a part that nothing was learnt from.

    Attributes:
        part: Which part of the split.
        frames: Frames of it in which every behaviour is labelled.
        clusters: Scores of the clusters as they are, against combinations of labelled behaviours.
        assigned: Scores of what they stand for.
        supervised: Scores of the ethogram that deg predicts; None where there is none to compare with.
        f1: By behaviour.
    """

    part: str
    frames: int
    clusters: dict[str, float | None]
    assigned: dict[str, float | None]
    supervised: dict[str, float | None] | None
    f1: dict[str, BehaviourF1]


class Example(_Card):
    """One bout of a cluster, frames `start` up to, not including, `stop`."""

    recording: str
    start: int
    stop: int
    start_s: float
    stop_s: float


class Suggestion(_Card):
    """A cluster that labels rarely cover: a behaviour not yet named, or resting.

    Attributes:
        cluster: Its number.
        examples: Bouts to look at.
        sheet: A picture of them, beside the report; None where no video could be opened.
    """

    cluster: int
    examples: tuple[Example, ...]
    sheet: str | None


class Report(_Card):
    """All of it.

    Attributes:
        features: What was clustered.
        recordings: Which took part.
        search: How clusters were found.
        manner: How clusters were given to behaviours.
        clusters: Each of them.
        agreement: Comparison with labels; None where there is nothing to compare.
        why_no_agreement: Why there is none.
        suggestions: Clusters that labels rarely cover, the largest first.
    """

    features: str
    recordings: tuple[str, ...]
    search: Search
    manner: str
    clusters: tuple[Cluster, ...]
    agreement: Agreement | None
    why_no_agreement: str
    suggestions: tuple[Suggestion, ...]


def report_lines(report: Report) -> Iterator[str]:
    """The report for a person."""
    search = report.search
    yield (
        f"{len(report.clusters)} clusters in {search.frames} frames of {report.features}; "
        f"noise {search.noise:.1%}, classifier {search.accuracy:.3f}"
    )
    yield ""
    yield from _table(
        ("cluster", "frames", "share", "bouts", "median s", "labelled", "stands for"),
        [
            (
                str(each.cluster),
                str(each.frames),
                f"{each.share:.1%}",
                str(each.bouts),
                _number(each.median_bout_s, 2),
                "" if each.coverage is None else f"{each.coverage:.0%}",
                each.stands_for or "",
            )
            for each in report.clusters
        ],
    )
    yield ""
    yield from [f"no agreement: {report.why_no_agreement}"] if report.agreement is None else _scores(report.agreement)
    if report.suggestions:
        yield ""
        yield "labels rarely cover: " + ", ".join(
            f"cluster {each.cluster}" + (f" ({each.sheet})" if each.sheet else "") for each in report.suggestions
        )


def _scores(agreement: Agreement) -> Iterator[str]:
    yield f"{agreement.part} part, {agreement.frames} labelled frames"
    supervised = agreement.supervised or {}
    rows = [
        (
            name.replace("_", " "),
            *(_number(each.get(name)) for each in (agreement.clusters, agreement.assigned, supervised)),
        )
        for name in agreement.clusters
    ]
    yield from _table(("all behaviours", "clusters", "assigned", "supervised"), rows)
    yield ""
    rows = [(name, str(f1.present), _number(f1.clusters), _number(f1.supervised)) for name, f1 in agreement.f1.items()]
    yield from _table(("F1", "present", "assigned", "supervised"), rows)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    for row in (columns, *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _number(value: float | None, digits: int = 3) -> str:
    return "undefined" if value is None else f"{value:.{digits}f}"
