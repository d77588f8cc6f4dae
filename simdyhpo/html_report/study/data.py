"""A study's results, read once: everything that the sections and figures of its report are made from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from simdyhpo.analysis.anytime import MeanSteps, mean_steps
from simdyhpo.analysis.baseline import known_baseline
from simdyhpo.analysis.incumbents import Axis
from simdyhpo.analysis.measures import NORMALISED, Measure
from simdyhpo.analysis.steps import Steps
from simdyhpo.analysis.variants import variant_names
from simdyhpo.errors import OutputError
from simdyhpo.html_report.page_measure import PageMeasure, page_measure, scales_on
from simdyhpo.html_report.study.bound import check_bounds
from simdyhpo.html_report.study.logs import RunLogs, all_logs
from simdyhpo.simulation.budget import Budget
from simdyhpo.studies.damage import DamagedCell
from simdyhpo.studies.finished_cells import FinishedCells, finished_cells
from simdyhpo.studies.measured_rows import measured_rows
from simdyhpo.studies.spec import Study
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_plan import AskedCell, StoredPlan, label_parts
from simdyhpo.traces.manifest import manifest_from_json
from simdyhpo.units import NANOSECONDS

CELL = ["blackbox", "label", "workers", "seed"]
"""What tells the cells of a study apart."""

_SETTINGS = ("sampling", "cluster", *Budget.__struct_fields__)
"""What all runs of a study have in common, as far as results say it."""


class Failure(msgspec.Struct, frozen=True):
    """A cell that failed when it was last run.

    Attributes:
        key: of the cell.
        asked: which cell it is; None where no plan says.
        text: why.
    """

    key: str
    asked: AskedCell | None
    text: str


class StudyData(msgspec.Struct, frozen=True, kw_only=True):
    """A study's results.

    Attributes:
        name: of the study, or of the folder where no plan says.
        study: what was asked; None where no plan says.
        budget: of each run; None where nothing is finished and no plan says.
        rows: one row for each finished cell: `CELL`, the columns of a stored cell, and
            seconds_per_decision (host).
        other: the same rows, their marks in the other unit.
        logs: of each finished cell, by key.
        blackboxes, labels, workers, seeds: what the cells are a grid of, each in the order of the study.
        asked: how many cells there should be.
        missing: the cells that are neither finished nor known to have failed.
        unasked: how many results the folder holds besides.
        failures: the cells that failed.
        damaged: what is wrong with results that were left out, or lack host seconds.
        regret: what regret is meant.
        baseline: the label that the others are compared with; empty where there is none.
    """

    name: str
    study: Study | None
    budget: Budget | None
    rows: pd.DataFrame
    other: pd.DataFrame
    logs: dict[str, RunLogs]
    blackboxes: list[str]
    labels: list[str]
    workers: list[int]
    seeds: list[int]
    asked: int
    missing: list[AskedCell]
    unasked: int
    failures: list[Failure]
    damaged: list[DamagedCell]
    regret: PageMeasure = PageMeasure()
    baseline: str = ""

    @property
    def method_heads(self) -> list[str]:
        """What tells methods apart in tables: on several clusters, the cluster, too."""
        several = self.study is not None and len(self.study.clusters) > 1
        return ["method", "cluster"] if several else ["method"]

    def method_parts(self, label: str) -> list[str]:
        """The same of one method."""
        if self.study is None or len(self.method_heads) == 1:
            return [label]
        return list(label_parts(self.study)[label])

    @property
    def axis(self) -> Axis:
        """What regret is looked at over: epochs, or seconds if only they are limited."""
        budget = self.budget or Budget()
        return "seconds" if budget.max_epochs is None and budget.max_seconds is not None else "epochs"

    def cells(self, workers: int, *, blackbox: str | None = None, label: str | None = None) -> pd.DataFrame:
        """Some of the rows."""
        return self.rows[self._which(workers, blackbox, label)]

    def curves(self, axis: Axis, workers: int, blackbox: str | None = None) -> dict[str, MeanSteps]:
        """Mean regret by label over its runs, on one blackbox or on all; see `mean_steps`."""
        curves = {}
        for label in self.labels:
            # Of one column: copying whole rows, with their manifests, thousands of times takes long.
            keys = self.rows.loc[self._which(workers, blackbox, label), "cell"]
            steps = [getattr(self.logs[key], axis) for key in keys]
            if any(run.x.size for run in steps):
                curves[label] = mean_steps(steps, none=[self.logs[key].none for key in keys])
        return curves

    def curves_over_relative_time(self, workers: int) -> dict[str, MeanSteps]:
        """Mean regret by label over all data sets, against shares of the mean length of a data set's runs."""
        mine = self.cells(workers)
        unit = mine["blackbox"].map(mine.groupby("blackbox")["end_ns"].mean()) / NANOSECONDS
        curves = {}
        for label in self.labels:
            rows = mine.loc[mine["label"] == label, "cell"]
            logs = [self.logs[key] for key in rows]
            steps = [
                Steps(log.seconds.x / (length or 1.0), log.seconds.y)
                for log, length in zip(logs, unit[rows.index], strict=True)
            ]
            if any(run.x.size for run in steps):
                curves[label] = mean_steps(steps, none=[log.none for log in logs])
        return curves

    def _which(self, workers: int, blackbox: str | None, label: str | None) -> pd.Series:
        chosen: pd.Series = self.rows["workers"] == workers
        if blackbox is not None:
            chosen &= self.rows["blackbox"] == blackbox
        if label is not None:
            chosen &= self.rows["label"] == label
        return chosen

    def kinds(self, workers: int) -> dict[str, npt.NDArray[np.int64]]:
        """Counts of the kinds of decisions over time, by label, over all its runs."""
        counts = {}
        for label in self.labels:
            logs = [self.logs[key].kinds for key in self.cells(workers, label=label)["cell"]]
            if logs:
                counts[label] = np.sum(logs, axis=0)
        return counts


def read_study(
    store: Store,
    plan: StoredPlan | None,
    progress: Callable[[float], None] | None = None,
    measure: Measure = NORMALISED,
    baseline: str | None = None,
) -> StudyData:
    """Read all that a folder holds of a study.

    Args:
        store: the results.
        plan: what was asked; without it, the grid of all that is found counts as asked.
        progress: called now and then with the share that is done.
        measure: of regret.
        baseline: the label that the others are compared with; the first if not given.

    Raises:
        UnknownNameError: no run has that label.
        OutputError: without a plan: nothing is there, or what can't be told apart.
        BoundError: a run is better than hindsight.
        SimdyhpoError: the measure can't be taken on all tables.
    """
    finished = store.finished()
    found = finished_cells(store, None if plan is None else [cell.key for cell in plan.cells])
    rows, cells = _found(found) if plan is None else _asked(found, plan.cells)
    by_key = {cell.key: cell for cell in cells}
    failed = [key for key in sorted(store.failed()) if plan is None or key in by_key]
    failures = [_failure(store, key, by_key.get(key)) for key in failed]
    labels = list(dict.fromkeys(cell.label for cell in cells))
    baseline = known_baseline(baseline, labels)
    settled = {*rows["cell"], *(failure.key for failure in failures)}
    check_bounds(rows, store)
    budgets = [store.manifest(key).spec.budget for key in rows["cell"].head(1)]
    budget = next(iter(budgets), Budget()) if plan is None else plan.study.budget
    boxes = _boxes(rows)
    both = (measure, measure.other_unit())
    scales = [scales_on(one, boxes) for one in both]
    in_both = [measured_rows(rows, one, on, store, budget) for one, on in zip(both, scales, strict=True)]
    return StudyData(
        name=store.folder.resolve().name if plan is None else plan.study.name,
        study=None if plan is None else plan.study,
        budget=next(iter(budgets), None) if plan is None else plan.study.budget,
        rows=in_both[0],
        other=in_both[1],
        logs=all_logs(store, rows, scales[0], progress),
        blackboxes=list(dict.fromkeys(cell.blackbox for cell in cells)),
        labels=labels,
        workers=list(dict.fromkeys(cell.workers for cell in cells)),
        seeds=list(dict.fromkeys(cell.seed for cell in cells)),
        asked=len(cells),
        missing=[cell for cell in cells if cell.key not in settled],
        unasked=len(finished - {*rows["cell"], *(one.key for one in found.damaged)}),
        failures=failures,
        damaged=found.damaged,
        regret=page_measure(measure, boxes),
        baseline=baseline,
    )


def _boxes(rows: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """What manifests say of the tables, by the names that the page knows them by."""
    firsts = rows.drop_duplicates("blackbox")
    return {
        str(name): manifest_from_json(text).spec.blackbox
        for name, text in zip(firsts["blackbox"], firsts["manifest"], strict=True)
    }


def _asked(found: FinishedCells, cells: list[AskedCell]) -> tuple[pd.DataFrame, list[AskedCell]]:
    """The rows under the study's own names."""
    names = pd.DataFrame([msgspec.structs.astuple(cell) for cell in cells], columns=["cell", *CELL])
    return found.named(names), cells


def _found(found: FinishedCells) -> tuple[pd.DataFrame, list[AskedCell]]:
    """The rows under names made from what differs, and the grid that they are part of."""
    store, stored = found.store, found.rows
    if stored.empty and not store.failed():
        raise OutputError(
            f"{store.folder}: holds no results of a study; give the folder that it was run into"
        )
    rows = found.timed(stored.assign(label=variant_names(stored)))
    settings = [name for name in _SETTINGS if name in rows.columns]
    if rows.duplicated(CELL).any() or len(rows.drop_duplicates(settings)) > 1:
        raise OutputError(
            f"{store.folder}: holds runs that differ in more than scheduler, options, workers and seed (in "
            "the budget, say); name the study that you mean with --study"
        )
    rows = rows.sort_values(CELL, ignore_index=True)
    keys = dict(zip(rows[CELL].itertuples(index=False, name=None), rows["cell"], strict=True))
    grid = pd.MultiIndex.from_product([sorted(rows[name].unique()) for name in CELL])
    cells = [
        AskedCell(keys.get((blackbox, label, workers, seed), ""), blackbox, label, int(workers), int(seed))
        for blackbox, label, workers, seed in grid
    ]
    return rows, cells


def _failure(store: Store, key: str, asked: AskedCell | None) -> Failure:
    path = store.folder / "failures" / f"{key}.txt"
    try:
        return Failure(key, asked, path.read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        raise OutputError(f"{path}: can't be read ({error.strerror}); check its permissions") from None


def plan_or_none(folder: Path, names: Sequence[str]) -> str | None:
    """The one plan that a folder has.

    Raises:
        OutputError: it has several.
    """
    if len(names) > 1:
        raise OutputError(
            f"{folder}: holds results of {len(names)} studies; say which with --study: {', '.join(names)}"
        )
    return names[0] if names else None
