"""A comparison in one line: the study behind it, and what is written of its results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from simdyhpo.analysis.measures import NORMALISED, Measure
from simdyhpo.drawing.canvas import Format, save_figure
from simdyhpo.errors import SimdyhpoError, cant_write
from simdyhpo.options import parse_pairs
from simdyhpo.reproduction.anytime import by_blackbox, over_epochs, over_time
from simdyhpo.reproduction.data import FigureData
from simdyhpo.simulation.budget import Budget
from simdyhpo.studies.incumbents import study_runs
from simdyhpo.studies.plan import Plan
from simdyhpo.studies.report_texts import report_texts
from simdyhpo.studies.spec import Study, Variant
from simdyhpo.studies.store import Store
from simdyhpo.studies.study_text import study_text
from simdyhpo.studies.tables import named_tables

FIGURES = {"regret-epochs": over_epochs, "regret-time": over_time, "regret-tables": by_blackbox}
"""What draws each figure, by the name of its files."""

FORMATS: Sequence[Format] = ("png", "svg", "pdf")


def contender(text: str) -> Variant:
    """A scheduler as one writes it on a line: its name, then its settings, e.g. `dyhpo probability_sh=0`.

    Raises:
        OptionError: a setting isn't written as NAME=VALUE, or comes twice.
        SimdyhpoError: the text is empty.
    """
    name, *settings = text.split() or [""]
    if not name:
        raise SimdyhpoError("a scheduler's name is empty; leave it out, or write one")
    label = " ".join([name.rpartition(":")[2], *settings])
    return Variant(label, name, parse_pairs(settings))


def versus_study(  # noqa: PLR0913 - the parts of a study
    contenders: Sequence[Variant],
    *,
    blackboxes: Sequence[str],
    budget: Budget,
    workers: int = 1,
    seeds: int = 10,
    name: str = "versus",
) -> Study:
    """Every contender on every table, seed by seed.

    Raises:
        SimdyhpoError: there are fewer than two contenders, or the study can't be run (see `Study.check`).
    """
    if len(contenders) < 2:
        raise SimdyhpoError("one scheduler alone compares with nothing; name at least two")
    if not blackboxes:
        raise SimdyhpoError("no table is named; `simdyhpo blackbox list` shows which there are")
    fields = {
        "name": name,
        **named_tables(blackboxes),
        "variants": contenders,
        "workers": [workers],
        "seeds": seeds,
        "budget": budget,
    }
    try:
        study = msgspec.convert(fields, Study, from_attributes=True)
    except msgspec.ValidationError as error:
        raise SimdyhpoError(f"this can't be compared: {error}") from None
    study.check()
    return study


def write_versus(
    plan: Plan, store: Store, folder: Path, measure: Measure = NORMALISED
) -> tuple[str, list[Path]]:
    """Write the comparison into `folder`: figures, report.md, results.csv, and study.toml to go on from.

    Args:
        plan, store: the study and its results.
        folder: where to write.
        measure: of the report's comparison.

    Returns:
        The report, and all files written.

    Raises:
        OutputError: no result is there, or the folder can't be written.
        BoundError: a run is better than hindsight.
    """
    texts = {**report_texts(plan, store, measure), "study.toml": study_text(plan.study)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in texts.items():
            (folder / name).write_text(content, encoding="utf-8")
    except OSError as error:
        raise cant_write(folder, error) from None
    data = FigureData(plan, store, study_runs(plan, store))
    pictures = [
        path for stem, draw in FIGURES.items() for path in save_figure(draw(data), folder, stem, FORMATS)
    ]
    return texts["report.md"], [*pictures, *(folder / name for name in texts)]
