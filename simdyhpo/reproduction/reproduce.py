"""From a name to files: make the cells that are missing, then draw from what is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from simdyhpo.errors import OutputError, cant_write
from simdyhpo.reproduction.quick import QUICK
from simdyhpo.reproduction.registry import FigureSpec
from simdyhpo.studies.files import find_study, load_study
from simdyhpo.studies.other_versions import with_other_versions
from simdyhpo.studies.plan import Plan, make_plan
from simdyhpo.studies.spec import Study
from simdyhpo.studies.store import Store

if TYPE_CHECKING:
    from simdyhpo.drawing.canvas import Format

FORMATS: Sequence[Format] = ("png", "svg", "pdf")

Make = Callable[[Plan, Store], object]
"""Makes the cells that a store lacks."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be drawn, from where, to where.

    Attributes:
        figures: by name.
        quick: small versions instead of the whole studies.
        cells: where results lie: a store itself (one study), or a folder with one for each study.
        out: folder for the pictures.
        tables: a folder of tables beside those known by name, or None.
        formats: of `FORMATS`.
        any_version: whether results of another version of the simulator will do where there are no others.
        without: variants that are left out: by label, or by the name that figures know them by.
        instead: fields of a `Measure` that take the place of each figure's own.
        captions: whether figures have theirs inside; else each stands beside its figure as text (.md).
        size: width and height of each figure in inches; its own if not given.
    """

    figures: Mapping[str, FigureSpec]
    quick: bool
    cells: Path
    out: Path
    tables: Path | None = None
    formats: Sequence[Format] = ("png", "svg")
    any_version: bool = False
    without: tuple[str, ...] = ()
    instead: Mapping[str, str] = {}
    captions: bool = True
    size: tuple[float, float] | None = None

    def store_of(self, study: str) -> Store:
        """Where a study's results lie.

        Raises:
            OutputError: `cells` is one study's store, but several studies are asked for.
        """
        if not (self.cells / "cells").is_dir():
            return Store(self.cells / study)
        several = dict.fromkeys(spec.study for spec in self.figures.values())
        if len(several) > 1:
            raise OutputError(
                f"{self.cells}: holds the results of one study, but figures of {', '.join(several)} are "
                "asked for; name one study's figures, or a folder with a folder for each study"
            )
        return Store(self.cells)


def reproduce(request: Request, make: Make | None, show: Callable[[str], None]) -> list[Path]:
    """Draw the figures of a request, study by study, with the numbers behind them.

    Writes into `out`: each figure in each format, and for each study NAME-numbers.csv, NAME-numbers.md,
    NAME-datasets.csv and, where the paper has numbers, NAME-beside.csv.

    Args:
        request: what to draw.
        make: makes missing cells; None to draw from what there is.
        show: gets a line for each file.

    Returns:
        All files written.

    Raises:
        SimdyhpoError: a table or its score is missing, nothing is there to draw from, or a folder
            can't be written.
    """
    written: list[Path] = []
    stores = {study: request.store_of(study) for study in dict.fromkeys(_studies(request))}
    for name, store in stores.items():
        plan = make_plan(study_of(name, quick=request.quick), request.tables)
        for spec in request.figures.values():
            if spec.study == name:
                spec.measured(request.instead).check(plan.tables)  # before anything is run
        keys = plan.keys
        if request.any_version:
            plan = with_other_versions(plan, store)
        others = sum(new != old for new, old in zip(plan.keys, keys, strict=True))
        if make is not None and plan.missing(store.finished()):
            make(plan, store)
        for path in _draw(request, plan, store, name, others):
            show(str(path))
            written.append(path)
    return written


def study_of(name: str, *, quick: bool) -> Study:
    """A shipped study, or its small version."""
    study = load_study(find_study(name))
    return QUICK[name].of(study) if quick else study


def _studies(request: Request) -> list[str]:
    return [spec.study for spec in request.figures.values()]


def _draw(request: Request, plan: Plan, store: Store, name: str, others: int) -> list[Path]:
    # pandas and matplotlib are for who draws: simulating processes start without them.
    from simdyhpo.drawing.canvas import save_figure
    from simdyhpo.reproduction.beside import beside, by_data_set
    from simdyhpo.reproduction.data import FigureData
    from simdyhpo.reproduction.numbers import numbers, numbers_page
    from simdyhpo.studies.bound import study_bounds
    from simdyhpo.studies.incumbents import study_runs

    read = study_runs(plan, store)
    study_bounds(plan.study, read.results, plan.tables)  # an error if a run is below its bound
    remarks = []
    if request.quick:
        remarks.append(f"QUICK VERSION, not to be quoted: {_quick_words(name, plan.study)}")
    if others:
        remarks.append(f"{others} runs were made by another version of the simulator.")
    data = FigureData(plan, store, read, tuple(remarks), without=request.without)
    found, comparisons = numbers(data), beside(data)
    texts = {
        f"{name}-numbers.csv": found.to_csv(index=False, lineterminator="\n"),
        f"{name}-numbers.md": numbers_page(data, found, comparisons),
    }
    if not comparisons.empty:
        texts[f"{name}-beside.csv"] = comparisons.to_csv(index=False, lineterminator="\n")
    texts[f"{name}-datasets.csv"] = by_data_set(data).to_csv(index=False, lineterminator="\n")
    try:
        request.out.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            (request.out / file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise cant_write(request.out, error) from None
    written = [request.out / file for file in texts]
    for figure, spec in request.figures.items():
        if spec.study == name:
            drawn = spec.draw(data, request.instead)
            written += save_figure(
                drawn, request.out, figure, request.formats, caption=request.captions, size=request.size
            )
    return written


def _quick_words(name: str, quick: Study) -> str:
    """In what the small version differs from the study."""
    full = load_study(find_study(name))
    differences = [
        f"{what} {mine} instead of {theirs}"
        for what, mine, theirs in (
            ("data sets", len(quick.blackboxes), len(full.blackboxes)),
            ("most workers", max(quick.workers), max(full.workers)),
            ("seeds", len(quick.seed_numbers), len(full.seed_numbers)),
            ("epochs", quick.budget.max_epochs, full.budget.max_epochs),
        )
        if mine != theirs
    ]
    return f"shipped tables only; {', '.join(differences)}."
