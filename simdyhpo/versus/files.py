"""What is written of a comparison: figures, report, results, and the study to go on from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from simdyhpo.analysis.measures import NORMALISED, Measure
from simdyhpo.drawing.canvas import Figure, Format, save_figure
from simdyhpo.errors import cant_write
from simdyhpo.reproduction.anytime import by_blackbox, over_epochs, over_time
from simdyhpo.reproduction.data import FigureData
from simdyhpo.studies.incumbents import study_runs
from simdyhpo.studies.places import STUDY
from simdyhpo.studies.plan import Plan
from simdyhpo.studies.store import Store
from simdyhpo.studies.study_text import study_text
from simdyhpo.studies.whole_report import whole_report

FIGURES = {"regret-epochs": over_epochs, "regret-time": over_time, "regret-tables": by_blackbox}
"""What draws each figure, by the name of its files."""

FORMATS: Sequence[Format] = ("png", "svg", "pdf")


def write_versus(  # noqa: PLR0913 - what there is to choose
    plan: Plan,
    store: Store,
    folder: Path,
    measure: Measure = NORMALISED,
    *,
    target: float | None = None,
    captions: bool = True,
    size: tuple[float, float] | None = None,
) -> tuple[str, list[Path]]:
    """Write the comparison into `folder`: figures, report.md, results.csv, and study.toml to go on from.

    Args:
        plan, store: the study and its results.
        folder: where to write.
        measure: of the report's comparison.
        target: see `simdyhpo.studies.whole_report`.
        captions: whether figures have theirs inside; else each stands beside its figure as text (.md).
        size: width and height of each figure in inches; its own if not given.

    Returns:
        The report, and all files written.

    Raises:
        OutputError: no result is there, or the folder can't be written.
        BoundError: a run is better than hindsight.
    """
    texts = {**whole_report(plan, store, measure, target=target).texts, STUDY: study_text(plan.study)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in texts.items():
            (folder / name).write_text(content, encoding="utf-8")
    except OSError as error:
        raise cant_write(folder, error) from None
    pictures = write_figures(plan, store, folder, captions=captions, size=size)
    return texts["report.md"], [*pictures, *(folder / name for name in texts)]


def write_figures(  # noqa: PLR0913 - what there is to choose
    plan: Plan,
    store: Store,
    folder: Path,
    measure: Measure = NORMALISED,
    *,
    captions: bool = True,
    size: tuple[float, float] | None = None,
) -> list[Path]:
    """Draw all of `FIGURES` into `folder`; of a study on several clusters, each for every cluster.

    Args:
        plan, store, folder: see `write_versus`.
        measure: of regret.
        captions, size: see `write_versus`.

    Returns:
        The files written.

    Raises:
        OutputError: the folder can't be written.
        SimdyhpoError: fewer than two variants have runs, or none on the same tables and seeds.
    """
    read, clusters = study_runs(plan, store), [one.name for one in plan.study.clusters]
    figures: dict[str, Figure] = {}
    for cluster in clusters:
        data = FigureData(plan, store, read, measure=measure, titled=False, cluster=cluster)
        behind = f"-{cluster}" if len(clusters) > 1 else ""
        figures |= {f"{stem}{behind}": draw(data) for stem, draw in FIGURES.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cant_write(folder, error) from None
    return [
        path
        for stem, figure in figures.items()
        for path in save_figure(figure, folder, stem, FORMATS, caption=captions, size=size)
    ]
