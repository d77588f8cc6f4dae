"""What came of a run: its logs as columns and frames, its incumbent, where the workers' time went."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, get_args

import msgspec
import numpy as np

from simdyhpo.cards import card
from simdyhpo.errors import UnknownNameError
from simdyhpo.records import DecisionLog
from simdyhpo.runs.spec import RunSpec
from simdyhpo.scheduler_counts import Count, Diagnostic
from simdyhpo.simulation.absences import Absence
from simdyhpo.simulation.cluster_engine import ClusterEngine
from simdyhpo.simulation.engine import Engine
from simdyhpo.simulation.ledger import Accounts, accounts_of
from simdyhpo.simulation.reports import Reports, expand_reports
from simdyhpo.simulation.segment_log import Segments, plain_segments
from simdyhpo.simulation.simulation import EndedBy
from simdyhpo.simulation.trials import FAILED
from simdyhpo.tables.curves import CurveTable
from simdyhpo.units import NANOSECONDS

if TYPE_CHECKING:
    import pandas as pd

    from simdyhpo.analysis.measures import Measure
    from simdyhpo.analysis.occupancy import Spans
    from simdyhpo.analysis.score_regrets import ScoreRegret
    from simdyhpo.drawing.own_axes import Axes

AnyEngine = Engine | ClusterEngine
PlotKind = Literal["anytime", "decisions", "curves", "timeline"]


class RunResult:
    """What a run did. Frames are made when first asked for.

    Attributes:
        spec: what was asked.
        ended_by: "budget", or "exhausted" when nothing was left to run.
        log: the decisions, as logged by the engine.
        trials: number of trials started.
        failed_trials: how many were interrupted once too often.
        schedule: the scheduler's own counts, e.g. DyHPO's summary of its schedule records.
        diagnostics: the scheduler's counts of numerical trouble and effort.
        simulated_seconds: simulated time at the end.
        wall_seconds: host seconds that the simulation took, without loading; never part of simulated time.
    """

    def __init__(  # noqa: PLR0913 - the parts of a result, set once by `simulate`
        self,
        spec: RunSpec,
        table: CurveTable,
        engine: AnyEngine,
        ended_by: EndedBy,
        *,
        schedule: Mapping[str, Count],
        diagnostics: Mapping[str, Diagnostic],
        wall_seconds: float,
    ) -> None:
        self.spec = spec
        self.ended_by = ended_by
        self.log: DecisionLog = engine.log
        self.trials = len(engine.trials)
        self.schedule = dict(schedule)
        self.diagnostics = dict(diagnostics)
        self.end_ns = engine.end_ns
        self.simulated_seconds = engine.end_ns / NANOSECONDS
        self.wall_seconds = wall_seconds
        self._table = table
        # A plain engine has nothing more to say, and its memory can go.
        self._on_cluster = engine if isinstance(engine, ClusterEngine) else None
        self.failed_trials = engine.trials.states.count(FAILED)

    @functools.cached_property
    def report_columns(self) -> Reports:
        """All reports, as columns."""
        if self._on_cluster is not None:
            return self._on_cluster.reports_until(self.end_ns)
        return expand_reports(self.log.columns(), self._table, self.end_ns, self.spec.budget.max_epochs)

    @functools.cached_property
    def segments(self) -> Segments:
        """What each worker did, as columns: one row for every stretch of a trial on it."""
        if self._on_cluster is not None:
            return self._on_cluster.segments
        return plain_segments(self.log.columns(), self._table, self.end_ns)

    @functools.cached_property
    def absences(self) -> list[list[Absence]]:
        """When each worker was away, by worker."""
        if self._on_cluster is not None:
            return self._on_cluster.absences
        return [[] for _ in range(self.spec.workers)]

    @functools.cached_property
    def spans(self) -> dict[str, Spans]:
        """What each worker did, as intervals by kind: busy, overhead, lost, absent."""
        from simdyhpo.runs.spans import worker_spans

        away = [(worker, *one) for worker, absences in enumerate(self.absences) for one in absences]
        return worker_spans(self.segments, away)

    @functools.cached_property
    def accounts(self) -> Accounts:
        """Where every worker's time went."""
        absent = np.zeros(self.spec.workers, dtype=np.int64)
        if self._on_cluster is not None:
            absent[:] = [sum(end - begin for begin, end, _ in one) for one in self.absences]
        return accounts_of(self.segments, absent, self.end_ns)

    @functools.cached_property
    def decisions(self) -> pd.DataFrame:
        """One row for each decision, with the columns of `DecisionRecord`."""
        import pandas as pd

        return pd.DataFrame(self.log.all_columns())

    @functools.cached_property
    def reports(self) -> pd.DataFrame:
        """One row for each report in order of arrival, with the columns of `Reports`."""
        import pandas as pd

        return pd.DataFrame(msgspec.structs.asdict(self.report_columns))

    @functools.cached_property
    def trajectory(self) -> pd.DataFrame:
        """How the incumbent improved; see `simdyhpo.analysis.incumbents.trajectory`."""
        from simdyhpo.analysis.incumbents import trajectory

        return trajectory(self.reports, self._table.mode, self._table.best, self._table.worst)

    @property
    def epochs(self) -> int:
        """Number of reports."""
        return len(self.report_columns)

    @functools.cached_property
    def best_value(self) -> float:
        """The incumbent at the end, in the table's unit; NaN if no finite value was reported."""
        values = self.report_columns.value
        finite = values[np.isfinite(values)]
        if not finite.size:
            return float("nan")
        return float(finite.max() if self._table.mode == "max" else finite.min())

    @property
    def regret(self) -> float:
        """Normalised regret of the incumbent at the end, in [0, 1]; see `regret_in` for other measures."""
        return self._table.regret(self.best_value)

    @property
    def table(self) -> CurveTable:
        """What was replayed."""
        return self._table

    @functools.cached_property
    def incumbent(self) -> int | None:
        """The configuration of the incumbent at the end, of equal ones the first; None without one."""
        from simdyhpo.analysis.score_regrets import last_incumbent

        reports = self.report_columns
        return last_incumbent(self._table, reports.value, reports.configuration)

    def regret_in(self, measure: Measure) -> float:
        """The incumbent's regret at the end in a measure: absolute, by another reference, in a score.

        NaN without an incumbent.

        Raises:
            SimdyhpoError: the table has no such score, or chance is asked for and not known of it.
        """
        scale = measure.on(self._table)
        if self.incumbent is None:
            return float("nan")
        return float(scale.regrets([self.best_value], [self.incumbent])[0])

    def scores(self, reference: str = "worst") -> list[ScoreRegret]:
        """The incumbent in each final score of the table, which no scheduler sees; none if it has none.

        Args:
            reference: what has the normalised regret 1; see `simdyhpo.analysis.measures.Measure`.
        """
        from simdyhpo.analysis.score_regrets import score_regrets

        return score_regrets(self._table, self.incumbent, reference)

    def plot(
        self,
        kind: PlotKind = "anytime",
        *,
        over: Literal["epochs", "seconds"] = "epochs",
        ax: Axes | None = None,
    ) -> Axes:
        """Draw the run, and return the matplotlib axes.

        Args:
            kind: "anytime" (regret along the budget), "decisions" (which kinds when), "curves" (the learning
                curves that it trained) or "timeline" (what every worker did).
            over: "epochs" or "seconds" (simulated): what regret is drawn over.
            ax: axes to draw on; those of a new figure if not given.

        Raises:
            UnknownNameError: there is no such kind.
            SimdyhpoError: there is nothing to draw; see `simdyhpo.drawing.plots`.
        """
        from simdyhpo.drawing import plots

        match kind:
            case "anytime":
                return plots.plot_anytime(self, over=over, ax=ax)
            case "decisions":
                return plots.plot_decisions(self, ax=ax)
            case "curves":
                return plots.plot_curves(self, ax=ax)
            case "timeline":
                return plots.plot_timeline(self, ax=ax)
        raise UnknownNameError("plot", str(kind), get_args(PlotKind))

    def _repr_html_(self) -> str:
        """What a notebook shows: key numbers and regret along the run."""
        from simdyhpo.drawing.small_picture import small_picture

        facts = {
            "normalised regret": f"{self.regret:.4f}",
            str(self.spec.blackbox["metric"]): f"{self.best_value:.5g}",
            "trained": f"{self.epochs:,} {self.spec.blackbox['resource']}s of {self.trials:,} configurations",
            "decisions": f"{len(self.log):,}",
            "simulated": f"{self.simulated_seconds:,.1f} s, ended by {self.ended_by}",
        }
        return card(self.spec.title, facts, small_picture(lambda axes: self.plot(ax=axes)))

    def __repr__(self) -> str:
        spec = self.spec
        return (
            f"<RunResult {spec.scheduler} on {spec.blackbox['name']}: {self.epochs} epochs, "
            f"{len(self.log)} decisions, normalised regret {self.regret:.4f}, ended by {self.ended_by}>"
        )
