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
from simdyhpo.analysis.regret_curves import BudgetAxis, mean_curves, sampled
from simdyhpo.analysis.statistics import MeanInterval
from simdyhpo.catalog.entry import LineStyle
from simdyhpo.drawing.style import in_legend_order, known_name, line_styles
from simdyhpo.errors import SimdyhpoError
from simdyhpo.studies.incumbents import StudyRuns
from simdyhpo.studies.plan import Plan
from simdyhpo.studies.store import Store
from simdyhpo.tables.blackboxes import cautions, describe

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
    """

    plan: Plan
    store: Store
    read: StudyRuns
    remarks: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()

    def only(self, names: Sequence[str]) -> FigureData:
        """The same, of some variants only: by label, or by the name that figures know them by."""
        return FigureData(self.plan, self.store, self.read, self.remarks, tuple(names))

    @functools.cached_property
    def labels(self) -> list[str]:
        """The variants that have runs, in the order of legends.

        Raises:
            SimdyhpoError: fewer than two.
        """
        have = list(dict.fromkeys(self.read.runs["label"]))
        mine = [one for one in have if not self.shown or {one, known_name(one)} & set(self.shown)]
        if len(mine) < 2:
            raise SimdyhpoError(
                f"{self.store.folder}: has runs of fewer than two variants to compare "
                f"({', '.join(mine) or 'none'}); run study {self.plan.study.name!r} first"
            )
        return in_legend_order(mine)

    @functools.cached_property
    def styles(self) -> dict[str, LineStyle]:
        """How each variant is drawn."""
        return line_styles(self.labels)

    @functools.cached_property
    def all_workers(self) -> Balanced:
        """The runs that every variant has, with any number of workers.

        Raises:
            SimdyhpoError: there is none.
        """
        study = self.plan.study
        planned = len(self.labels) * len(study.blackboxes) * len(study.workers) * study.seeds
        read = self.read.runs
        kept = balanced(read[read["label"].isin(self.labels)], self.labels, planned)
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
    def clock(self) -> str:
        """The variant whose total time is the unit of relative time: random search, or the slowest."""
        for label in self.labels:
            if known_name(label) == "random":
                return label
        return str(self.runs.groupby("label")["total_seconds"].mean().idxmax())

    @functools.cached_property
    def unit_seconds(self) -> dict[str, float]:
        """By blackbox: the total seconds of `clock`, mean over its seeds."""
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
    def _epoch_values(self) -> Floats:
        return sampled(self.runs, self.read.incumbents, "epochs", self.epochs)

    @functools.cached_property
    def _time_values(self) -> Floats:
        return sampled(self.runs, self.read.incumbents, "total_seconds", self.shares, scale=self.unit_seconds)

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
            text.append(
                "Normalised regret: (best - incumbent) / (best - worst) over all finite values of the table; "
                f"the incumbent counts any {self.resource}."
            )
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
        none = [v.label for v in self.plan.study.variants if v.label not in set(self.read.runs["label"])]
        if none and not self.shown:
            text.append(f"Without any run yet: {', '.join(none)}.")
        text += cautions(describe(table) for table in self.plan.tables.values())
        return "\n".join([" ".join(text), *lines, *self.remarks])
