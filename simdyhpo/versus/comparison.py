"""The results of a comparison, or of any study: frames, tests, plots, a report."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from simdyhpo.analysis.baseline import known_baseline
from simdyhpo.analysis.measures import NORMALISED, Measure
from simdyhpo.cards import card
from simdyhpo.errors import OutputError, UnknownNameError
from simdyhpo.studies.plan import Plan, make_plan
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_plan import StoredPlan
from simdyhpo.versus.frames import StudyFrames
from simdyhpo.versus.runs import StudyRun

if TYPE_CHECKING:
    import pandas as pd

    from simdyhpo.drawing.own_axes import Axes

Kind = Literal["anytime", "ranks", "critical_difference", "decisions"]


class Comparison(StudyFrames):
    """Results side by side: the frames of `StudyFrames`, and what can be said and drawn of them."""

    def __init__(self, store: Store, stored: StoredPlan, plan: Plan | None = None) -> None:
        """Nothing is read yet.

        Args:
            store: of the results.
            stored: what was asked, and the keys of the results.
            plan: the same with the tables, if they are loaded; else they are looked for when needed.
        """
        super().__init__(store, stored)
        self._plan = plan

    @functools.cached_property
    def methods(self) -> Mapping[str, Sequence[StudyRun]]:
        """The runs of each method, of those tables and seeds that all methods have finished.

        A method is a label; with a number of workers and a cluster, where there are several.
        """
        rows = self._balanced
        return {
            str(name): [self.run(cell, box) for cell, box in zip(mine["cell"], mine["blackbox"], strict=True)]
            for name, mine in rows.groupby("method", sort=False)
        }

    @functools.cached_property
    def summary(self) -> pd.DataFrame:
        """One row for each method, the lowest regret first, over the runs that all methods have finished.

        Columns: method; runs; regret (the last, normalised, mean over seeds, then over tables), low, high
        (95 % bootstrap interval over tables and seeds); area (mean regret over the budget); mean_rank (over
        tables, 1 the lowest); best_on (how many tables have no lower mean); trials (mean over runs).
        """
        import pandas as pd

        from simdyhpo.analysis.mean_ranks import mean_ranks
        from simdyhpo.analysis.statistics import bootstrap_nested_mean

        rows = self._balanced.assign(label=self._balanced["method"], workers=0)
        names = list(dict.fromkeys(rows["label"]))
        ranks = mean_ranks(rows, names)
        found = []
        for name in names:
            mine = rows[rows["label"] == name]
            interval = bootstrap_nested_mean(mine[["regret_1", "area"]].to_numpy(), mine["blackbox"].tolist())
            regret, low, high = (float(part[0]) for part in (interval.mean, interval.low, interval.high))
            found.append(
                (name, len(mine), regret, low, high, float(interval.mean[1]), ranks.mean[name],
                 ranks.least[name], float(mine["trials"].mean()))
            )  # fmt: skip
        columns = ["method", "runs", "regret", "low", "high", "area", "mean_rank", "best_on", "trials"]
        return pd.DataFrame(found, columns=columns).sort_values("regret", kind="stable", ignore_index=True)

    def tests(self, baseline: str | None = None, column: str = "log10_regret") -> pd.DataFrame:
        """Every label against one, run against run on the same table and seed: difference, interval, test.

        Args:
            baseline: the label that the others are compared with; the first if not given.
            column: of `cells`: what is compared. Where tables differ in scale, take a logarithm.

        Returns:
            One row for each other label; see `simdyhpo.analysis.paired.paired_tests`. p_holm is the corrected
            p of Wilcoxon's signed-rank test, p_least_holm what it could have been at least with these pairs.

        Raises:
            UnknownNameError: there is no such label or column.
        """
        from simdyhpo.analysis.paired import paired_tests

        whom = known_baseline(baseline, self.labels)
        if column not in self.cells:
            raise UnknownNameError("column", column, self.cells.columns)
        return paired_tests(self.cells, [one for one in self.labels if one != whom], whom, column)

    def matrix(self, column: str = "regret_1") -> pd.DataFrame:
        """One row for each table, one column for each method: means over the seeds that all methods have.

        It is what tests of ranks take, those of autorank and scikit-posthocs, say.

        Args:
            column: of `cells`; the final regret, of which less is better, if not given.

        Raises:
            UnknownNameError: there is no such column.
            OutputError: no table and seed has a finished run of every method.
        """
        rows = self._balanced
        if column not in rows:
            raise UnknownNameError("column", column, self.cells.columns)
        if rows.empty:
            raise OutputError(f"{self.store.folder}: no table and seed has a finished run of every method")
        found: pd.DataFrame = rows.pivot_table(index="blackbox", columns="method", values=column, sort=False)
        return found

    @property
    def labels(self) -> list[str]:
        """What is compared, in the order of the study."""
        return self.study.labels

    @functools.cached_property
    def plan(self) -> Plan:
        """The study with its tables.

        Raises:
            UnknownNameError, TableError: a table isn't here.
        """
        if self._plan is not None:
            return self._plan
        from simdyhpo.own_code import nothing_runs
        from simdyhpo.studies.settled import settled

        with nothing_runs():
            return make_plan(self.study, settled=settled(self.study, self.store))

    def plot(
        self,
        kind: Kind = "anytime",
        *,
        over: Literal["epochs", "seconds"] = "epochs",
        blackbox: str | None = None,
        measure: Measure = NORMALISED,
        ax: Axes | None = None,
    ) -> Axes:
        """Draw the comparison, and return the matplotlib axes.

        Args:
            kind: "anytime" (mean regret along the budget), "ranks" (mean ranks along it),
                "critical_difference" (of the last ranks) or "decisions" (which kinds when).
            over: "epochs" or "seconds" (simulated; one table only).
            blackbox: the only table to look at, for "anytime" and "decisions"; all if not given.
            measure: of regret.
            ax: axes to draw on; those of a new figure if not given.

        Raises:
            UnknownNameError: there is no such kind.
            SimdyhpoError: see `simdyhpo.drawing.plots`.
        """
        from simdyhpo.drawing import plots

        match kind:
            case "anytime":
                return plots.plot_anytime(self, over=over, blackbox=blackbox, measure=measure, ax=ax)
            case "ranks":
                return plots.plot_ranks(self, over=over, measure=measure, ax=ax)
            case "critical_difference":
                return plots.plot_critical_difference(self, measure=measure, ax=ax)
            case "decisions":
                return plots.plot_decisions(self, blackbox=blackbox, ax=ax)
        raise UnknownNameError("plot", str(kind), get_args(Kind))

    def report(
        self, baseline: str | None = None, measure: Measure = NORMALISED, target: float | None = None
    ) -> Markdown:
        """The report that `simdyhpo study report` prints: tables with intervals, differences, verdicts.

        Args:
            baseline: see `tests`.
            measure: of the regret that is compared; the other unit stands beside it.
            target: a regret of which is said, too, when runs reached it.

        Raises:
            UnknownNameError: there is no such label, or a table isn't here.
            BoundError: a run is better than hindsight.
        """
        from simdyhpo.studies.whole_report import whole_report

        whom = known_baseline(baseline, self.labels)
        return Markdown(whole_report(self.plan, self.store, measure, whom, target).texts["report.md"])

    def save(self, folder: str | Path, measure: Measure = NORMALISED, *, captions: bool = True) -> list[Path]:
        """Write figures (PNG, SVG, PDF), report.md, results.csv and study.toml into `folder`; see `versus`.

        Args:
            folder: where to write.
            measure: of the report's comparison.
            captions: whether figures have theirs inside; else each stands beside its figure as text (.md).

        Returns:
            All files written.

        Raises:
            OutputError: the folder can't be written.
        """
        from simdyhpo.versus.files import write_versus

        return write_versus(self.plan, self.store, Path(folder), measure, captions=captions)[1]

    def __repr__(self) -> str:
        if not self._finished or self._balanced.empty:
            return f"<Comparison {self._words}>"
        first = self.summary.iloc[0]
        best = f"{first['method']}, {first['regret']:.4f}"
        return f"<Comparison {self._words}; lowest mean normalised regret: {best}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the methods with their key numbers, and mean regret along the budget."""
        if not self._finished or self._balanced.empty:
            return card(self._words, {})
        from simdyhpo.drawing.small_picture import small_picture

        rows = [["method", "normalised regret", "95 % interval", "mean rank", "best on"]]
        for row in self.summary.to_dict("records"):
            interval = "" if row["low"] != row["low"] else f"{row['low']:.4f} to {row['high']:.4f}"
            tables = f"{row['best_on']} of {self._balanced['blackbox'].nunique()}"
            rank = f"{row['mean_rank']:.2f}"
            rows.append([row["method"], f"{row['regret']:.4f}", interval, rank, tables])
        return card(self._words, {}, small_picture(lambda axes: self.plot(ax=axes)), rows)

    @property
    def _finished(self) -> int:
        return len({cell.key for cell in self._stored.cells} & self.store.finished())

    @property
    def _words(self) -> str:
        """What is compared, and how much of it is there."""
        many, tables = len(self.study.variants), len(self.study.blackboxes)
        asked = len({cell.key for cell in self._stored.cells})
        return (
            f"{self.study.name}: {many} method{'s' * (many != 1)} on {tables} table{'s' * (tables != 1)}, "
            f"{self._finished:,} of {asked:,} runs"
        )

    @functools.cached_property
    def _balanced(self) -> pd.DataFrame:
        """Rows of `cells` with their method, of the tables and seeds that all methods have."""
        rows = self.cells.assign(method=self._method_names)
        have = rows.groupby(["blackbox", "seed"])["method"].transform("nunique")
        return rows[have == rows["method"].nunique()]

    @property
    def _method_names(self) -> pd.Series:
        rows = self.cells
        names: pd.Series = rows["label"].astype(object)
        if len(self.study.workers) > 1:
            names = names + ", " + rows["workers"].astype(str) + " workers"
        if len(self.study.clusters) > 1:
            names = names + ", " + rows["cluster"]
        return names


class Markdown(str):
    """Text that notebooks show as what it is."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return str(self)
