"""A study's runs as figures need them: balanced, sampled along an axis, averaged; and what to say of them."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from simdyhpo.analysis.anytime import MeanSteps
from simdyhpo.analysis.balance import Balanced, balanced, seeds_text
from simdyhpo.analysis.efficiency import efficiency, table_ranks, trained_until
from simdyhpo.analysis.measures import Measure
from simdyhpo.analysis.regret_curves import BudgetAxis, mean_curves, sampled
from simdyhpo.analysis.statistics import MeanInterval
from simdyhpo.catalog.entry import LineStyle
from simdyhpo.drawing.style import in_legend_order, known_name, line_styles
from simdyhpo.errors import SimdyhpoError
from simdyhpo.studies.incumbents import StudyRuns
from simdyhpo.studies.measured import measured
from simdyhpo.studies.plan import Plan
from simdyhpo.studies.store import Store
from simdyhpo.tables.blackboxes import cautions, describe
from simdyhpo.tables.curves import CurveTable
from simdyhpo.units import NANOSECONDS

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

TIME_POINTS = 400
"""Points of the time axis, equally spaced over the budget."""


class FigureData(msgspec.Struct, frozen=True, dict=True):
    """A study's finished cells. Everything is computed when it is first asked for, and once.

    Attributes:
        plan: the study's.
        store: of its results.
        read: its runs.
        remarks: what every caption has to say at its end, e.g. that this is the study's quick version.
        shown: the variants to look at; empty for all that have a run.
        measure: what regret is taken of, and in which unit.
        without: variants that are left out, named as in `shown`.
        titled: how known variants are named; see `line_styles`.
        cluster: the name of the one whose runs are looked at; empty for the study's first. A mean over
            several would be of no cluster there is.
    """

    plan: Plan
    store: Store
    read: StudyRuns
    remarks: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    measure: Measure = Measure()
    without: tuple[str, ...] = ()
    titled: bool = True
    cluster: str = ""

    def only(self, names: Sequence[str]) -> FigureData:
        """The same, of some variants only: by label, or by the name that figures know them by."""
        return msgspec.structs.replace(self, shown=tuple(names))

    def by(self, measure: Measure) -> FigureData:
        """The same runs in another measure; what was computed for it is kept."""
        if measure == self.measure:
            return self
        if measure not in self._by:
            self._by[measure] = msgspec.structs.replace(self, measure=measure)
        return self._by[measure]

    @functools.cached_property
    def _by(self) -> dict[Measure, FigureData]:
        return {}

    @functools.cached_property
    def labels(self) -> list[str]:
        """The variants that have runs, in the order of legends: the house's, or that of a user's own study.

        Raises:
            SimdyhpoError: fewer than two.
        """
        have = [one for one in dict.fromkeys(self.read.runs["label"]) if not _named(one, self.without)]
        mine = [one for one in have if not self.shown or _named(one, self.shown)]
        if len(mine) < 2:
            raise SimdyhpoError(
                f"{self.store.folder}: has runs of fewer than two variants to compare "
                f"({', '.join(mine) or 'none'}); run study {self.plan.study.name!r} first"
            )
        return in_legend_order(mine) if self.titled else sorted(mine, key=self.plan.study.labels.index)

    @functools.cached_property
    def styles(self) -> dict[str, LineStyle]:
        """How each variant is drawn."""
        return line_styles(self.labels, titled=self.titled)

    @property
    def on_cluster(self) -> str:
        """The name of the cluster whose runs are looked at."""
        return self.cluster or self.plan.study.clusters[0].name

    @functools.cached_property
    def all_workers(self) -> Balanced:
        """The runs that every variant has on this cluster, with any number of workers.

        Raises:
            SimdyhpoError: there is none.
        """
        study = self.plan.study
        planned = len(self.labels) * len(study.blackboxes) * len(study.workers) * len(study.seed_numbers)
        read = self.read.runs
        mine = read["label"].isin(self.labels) & (read["cluster"] == self.on_cluster)
        kept = balanced(read[mine], self.labels, planned)
        if kept.runs.empty:
            raise SimdyhpoError(
                f"{self.store.folder}: no data set and seed is finished for all of {', '.join(self.labels)}; "
                f"go on with study {self.plan.study.name!r}"
            )
        return kept

    @functools.cached_property
    def runs(self) -> pd.DataFrame:
        """The balanced runs with the study's first number of workers."""
        every = self.all_workers.runs
        return every[every["workers"] == min(every["workers"])]

    @functools.cached_property
    def epochs(self) -> Floats:
        """1, 2, ... up to the budget in epochs, or the longest run's."""
        limit = self.plan.study.budget.max_epochs or int(self.runs["epochs"].max())
        return np.arange(1, limit + 1, dtype=np.float64)

    @functools.cached_property
    def shares(self) -> Floats:
        """Points of relative time, up to 1."""
        return np.arange(1, TIME_POINTS + 1) / TIME_POINTS

    @functools.cached_property
    def clock(self) -> str | None:
        """The variant whose total time is the unit of relative time: random search, if it is there."""
        return next((label for label in self.labels if known_name(label) == "random"), None)

    @property
    def unit_words(self) -> str:
        """What relative time is a multiple of."""
        if self.clock is not None:
            return f"total time of {self.styles[self.clock].title}"
        workers = int(self.runs["workers"].iloc[0])
        crowd = f" on {workers} workers" if workers > 1 else ""
        return f"time of {len(self.epochs):,} mean {self.resource}s{crowd}"

    @functools.cached_property
    def unit_seconds(self) -> dict[str, float]:
        """By blackbox: the total seconds of `clock`, mean over its seeds.

        Without one, what as many epochs as the budget has take all workers, of the table's mean length: never
        a time that a variant chose for itself.
        """
        if self.clock is None:
            workers = int(self.runs["workers"].iloc[0])
            return {
                name: len(self.epochs) / workers * _mean_seconds(self.plan.tables[name])
                for name in map(str, dict.fromkeys(self.runs["blackbox"]))
            }
        mine = self.runs[self.runs["label"] == self.clock]
        means = mine.groupby("blackbox")["total_seconds"].mean()
        return {str(name): float(seconds) for name, seconds in means.items()}

    def values(self, axis: BudgetAxis) -> Floats:
        """Regret of each of `runs` at `epochs`, or at `shares` of the unit of time."""
        return self._epoch_values if axis == "epochs" else self._time_values

    def points(self, axis: BudgetAxis) -> Floats:
        """The points at which `values` are."""
        return self.epochs if axis == "epochs" else self.shares

    @functools.cached_property
    def incumbents(self) -> pd.DataFrame:
        """One row for each improvement of a run, with the regret that `measure` asks for."""
        return measured(self.read, self.plan.tables, self.measure)

    @functools.cached_property
    def none(self) -> dict[str, float]:
        """By blackbox: the regret of a run without an incumbent."""
        return {name: self.measure.on(table).none for name, table in self.plan.tables.items()}

    @functools.cached_property
    def _epoch_values(self) -> Floats:
        return sampled(self.runs, self.incumbents, "epochs", self.epochs, none=self.none)

    @functools.cached_property
    def _time_values(self) -> Floats:
        return sampled(self.runs, self.incumbents, "total_seconds", self.shares, self.unit_seconds, self.none)

    @functools.cached_property
    def _means(self) -> dict[BudgetAxis, dict[str, MeanInterval]]:
        return {}

    def mean_regret(self, axis: BudgetAxis) -> dict[str, MeanSteps]:
        """Mean regret by label, with its interval; see `mean_curves`."""
        if axis not in self._means:
            self._means[axis] = mean_curves(self.runs, self.values(axis), self.labels)
        return {label: MeanSteps(self.points(axis), found) for label, found in self._means[axis].items()}

    @functools.cached_property
    def efficiency(self) -> pd.DataFrame:
        """Counts of `efficiency` for the runs of each variant on each blackbox, with both of these.

        Raises:
            OutputError: a file is damaged.
        """
        frames = []
        for blackbox, here in self.runs.groupby("blackbox", sort=False):
            table = self.plan.tables[str(blackbox)]
            ranks = table_ranks(table)
            for label, mine in here.groupby("label", sort=False):
                reached = [trained_until(*self._trained(cell), len(table)) for cell in mine["cell"]]
                frames.append(efficiency(ranks, reached).assign(blackbox=blackbox, label=label))
        return pd.concat(frames, ignore_index=True)

    def _trained(self, cell: str) -> tuple[Integers, Integers]:
        """Configuration and resource of each of a run's reports."""
        reports = self.store.table(cell, "reports", ("configuration", "resource"))
        return reports["configuration"].to_numpy(), reports["resource"].to_numpy()

    @functools.cached_property
    def metrics(self) -> list[str]:
        """What the tables' curves are of, each once."""
        return list(dict.fromkeys(table.info.metric for table in self.plan.tables.values()))

    @property
    def regret_label(self) -> str:
        """What stands on an axis of regrets."""
        return self.measure.label(self.metrics)

    @property
    def resource(self) -> str:
        """What a unit of training is called: epoch, step."""
        return next(iter(self.plan.tables.values())).info.resource

    @functools.cached_property
    def seeds(self) -> str:
        """How many, in words."""
        return seeds_text(self.runs)

    def title(self, name: str) -> str:
        """A blackbox' name without what all have in common."""
        suite = f"{self.plan.study.name}-"
        alike = all(one.startswith(suite) for one in self.plan.study.blackboxes)
        return name.removeprefix(suite) if alike else name

    def caption(self, *lines: str, regret: bool = True, balanced_runs: Balanced | None = None) -> str:
        """What a reader has to know: the regret's reference, the number of runs, what is missing.

        Args:
            lines: further sentences, each on a line of its own.
            regret: whether the figure shows regrets.
            balanced_runs: the runs it is drawn from; those of `runs` if not given.
        """
        runs = self.runs if balanced_runs is None else balanced_runs.runs
        count = runs["blackbox"].nunique()
        each = len(runs) // len(self.labels)
        text = []
        if regret:
            text.append(self.measure.words(self.metrics, self.resource))
        text.append(
            f"{count} data set{'s' * (count != 1)}, {seeds_text(runs)}, {each} runs a method; "
            "means are over seeds, then over data sets."
        )
        missing = self.all_workers.missing
        if missing:
            text.append(
                f"{missing} of {self.all_workers.planned} planned runs are not counted: a data set and seed "
                "counts only when all methods have finished it."
            )
        labels = self.plan.study.labels
        none = [label for label in labels if label not in set(self.read.runs["label"])]
        out = [label for label in labels if _named(label, self.without) and label not in none]
        for words, which in (("Without any run yet", none), ("Left out", out)):
            if which and not self.shown:
                titles = [style.title for style in line_styles(which, titled=self.titled).values()]
                text.append(f"{words}: {'; '.join(titles)}.")
        text += cautions(describe(table) for table in self.plan.tables.values())
        return "\n".join([" ".join(text), *lines, *self.remarks])


def _named(label: str, names: Sequence[str]) -> bool:
    """Whether a label, or the name that figures know it by, is among some names."""
    return bool({label, known_name(label)} & set(names))


def _mean_seconds(table: CurveTable) -> float:
    """Of an epoch: all whole trainings' time over all their epochs."""
    whole = table.elapsed_ns[np.arange(len(table)), table.lengths - 1]
    return float(whole.sum() / table.lengths.sum()) / NANOSECONDS
