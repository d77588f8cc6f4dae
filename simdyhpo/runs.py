"""The front door: one scheduler, one table, n virtual workers, one result.

Not named after `simulate`: a module of that name would hide the function `simdyhpo.simulate`.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from simdyhpo.blackboxes import describe
from simdyhpo.candidates import Candidates, Sampling
from simdyhpo.catalog import SchedulerFactory
from simdyhpo.curves import CurveTable
from simdyhpo.errors import BudgetError, OptionError, UnknownNameError
from simdyhpo.protocols import Problem, Scheduler
from simdyhpo.records import DecisionLog
from simdyhpo.simulation.absences import Absence
from simdyhpo.simulation.budget import NANOSECONDS, Budget
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.cluster_engine import ClusterEngine
from simdyhpo.simulation.clusters import find_cluster
from simdyhpo.simulation.engine import Engine
from simdyhpo.simulation.ledger import Accounts, plain_accounts
from simdyhpo.simulation.live import LiveRun, Onlooker, spent_share
from simdyhpo.simulation.reports import Reports, expand_reports
from simdyhpo.simulation.segment_log import Segments, plain_segments
from simdyhpo.simulation.simulation import EndedBy
from simdyhpo.simulation.trials import FAILED
from simdyhpo.streams import Streams

if TYPE_CHECKING:
    import pandas as pd

AnyEngine = Engine | ClusterEngine

SAMPLINGS = ("without-replacement", "with-replacement")

MOST_WORKERS = 1_000_000
"""More than any cluster has; each takes room in memory."""

BEHAVIOUR = 1
"""Version of what a spec means: raised whenever equal specs may give other decisions than before.

Results of different behaviours are never mixed. A changed golden log is the sign that it must be raised.
"""


class RunSpec(msgspec.Struct, frozen=True, kw_only=True):
    """All that decides how a run goes: equal specs and tables give equal decisions, byte for byte.

    Attributes:
        blackbox: what the manifest says of the table, its checksum included.
        scheduler: its name, or `module:Class`.
        options: every setting of the scheduler, defaults included.
        workers: number of virtual workers.
        seed: seeds every random stream.
        sampling: whether a configuration can start more than once.
        budget: what ends the run.
        cluster: what the workers are like; left out where it is ideal.
    """

    blackbox: dict[str, Any]
    scheduler: str
    options: dict[str, Any]
    workers: int
    seed: int
    sampling: Sampling
    budget: Budget
    cluster: Cluster | msgspec.UnsetType = msgspec.UNSET


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
        schedule: Mapping[str, int],
        diagnostics: Mapping[str, int | float],
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
    def accounts(self) -> Accounts:
        """Where every worker's time went."""
        if self._on_cluster is not None:
            return self._on_cluster.accounts
        return plain_accounts(self.segments, self.spec.workers, self.end_ns)

    @functools.cached_property
    def decisions(self) -> pd.DataFrame:
        """One row for each decision, with the columns of `DecisionRecord`."""
        import pandas as pd

        index = {"index": np.arange(len(self.log))}
        return pd.DataFrame(index | self.log.columns() | self.log.reason_columns())

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
        """Normalised regret of the incumbent at the end, in [0, 1]."""
        return self._table.regret(self.best_value)

    def __repr__(self) -> str:
        spec = self.spec
        return (
            f"<RunResult {spec.scheduler} on {spec.blackbox['name']}: {self.epochs} epochs, "
            f"{len(self.log)} decisions, regret {self.regret:.4f}, ended by {self.ended_by}>"
        )


def simulate(  # noqa: PLR0913 - the front door: each setting by name
    table: CurveTable,
    scheduler: str | type = "dyhpo",
    *,
    workers: int = 1,
    seed: int = 0,
    max_epochs: int | None = None,
    max_seconds: float | None = None,
    max_trials: int | None = None,
    max_decisions: int | None = None,
    options: Mapping[str, object] | None = None,
    sampling: Sampling = "without-replacement",
    cluster: Cluster | str | Mapping[str, object] = "ideal",
    progress: Callable[[float], None] | None = None,
    live: Callable[[LiveRun], None] | None = None,
    stopwatch: Callable[[], float] = time.perf_counter,  # noqa: TID251 - for `wall_seconds` alone
) -> RunResult:
    """Replay `table` to virtual workers under `scheduler` until a budget ends.

    Args:
        table: learning curves.
        scheduler: a name (`simdyhpo.catalog.SCHEDULERS`), `module:Class`, or a class.
        workers: number of virtual workers, up to `MOST_WORKERS`.
        seed: a non-negative integer; equal seeds give all schedulers the same order of random starts.
        max_epochs, max_seconds, max_trials, max_decisions: at least one; see `Budget`.
        options: the scheduler's settings by name.
        sampling: "without-replacement" or "with-replacement" of the table's configurations.
        cluster: what the workers are like: a preset's name, a TOML file, settings by name, or a `Cluster`;
            see docs/cluster.md.
        progress: called now and then with the share of the budget that is spent.
        live: called at every instant with the run as it stands.
        stopwatch: measures `wall_seconds`; the simulation itself never looks at it.

    Raises:
        BudgetError: no budget, or one that no run could spend.
        OptionError, UnknownNameError: a setting can't be used, or is unknown.
        DecisionError, Deadlock: the scheduler misbehaved.
    """
    budget = Budget(
        max_seconds=max_seconds, max_epochs=max_epochs, max_trials=max_trials, max_decisions=max_decisions
    )
    budget.check()
    _check_whole("workers", workers, 1, MOST_WORKERS)
    _check_whole("seed", seed, 0)
    if sampling not in SAMPLINGS:
        raise UnknownNameError("sampling", str(sampling), SAMPLINGS)
    factory = SchedulerFactory(scheduler, options or {})
    spec = run_spec(describe(table), factory, workers, seed, sampling, budget, find_cluster(cluster))
    onlookers: list[Onlooker] = []

    def look_on(scheduler: Scheduler) -> Onlooker:
        onlookers.append(Onlooker(scheduler, table.mode))
        return onlookers[0]

    def watch(engine: AnyEngine) -> None:
        if progress is not None:
            progress(spent_share(engine))
        if live is not None:
            live(LiveRun(engine, onlookers[0], spec.workers))

    scheduled, engine = prepare(
        spec,
        factory,
        table,
        wrap=look_on if live is not None else None,
        on_progress=watch if live is not None or progress is not None else None,
        stopwatch=stopwatch,
    )
    result = complete(spec, table, scheduled, engine, stopwatch)
    if progress is not None:
        progress(1.0)
    return result


def prepare(  # noqa: PLR0913 - the parts of a run, and who looks on
    spec: RunSpec,
    factory: SchedulerFactory,
    table: CurveTable,
    *,
    wrap: Callable[[Scheduler], Scheduler] | None = None,
    on_progress: Callable[[AnyEngine], None] | None = None,
    stopwatch: Callable[[], float] = time.perf_counter,  # noqa: TID251 - for measured decisions alone
) -> tuple[Scheduler, AnyEngine]:
    """A fresh scheduler, and an engine that is ready to run it.

    Args:
        spec: what to do; see `run_spec`.
        factory: makes the scheduler.
        table: learning curves.
        wrap: stands between engine and scheduler, e.g. to answer from a log.
        on_progress: called by the engine at every instant.
        stopwatch: measures decisions on a cluster where they cost what they take.

    Raises:
        BudgetError: no time can pass, and nothing else would end the run.
    """
    _check_time_passes(spec, table)
    streams = Streams(spec.seed)
    candidates = Candidates(table.configurations, streams, spec.sampling)
    scheduler = factory(Problem(candidates, table.max_resource, table.mode, streams))
    decider = scheduler if wrap is None else wrap(scheduler)
    if isinstance(spec.cluster, Cluster):
        return scheduler, ClusterEngine(
            table,
            decider,
            candidates,
            spec.workers,
            spec.budget,
            spec.cluster,
            streams,
            stopwatch,
            on_progress,
        )
    return scheduler, Engine(table, decider, candidates, spec.workers, spec.budget, on_progress)


def complete(
    spec: RunSpec,
    table: CurveTable,
    scheduler: Scheduler,
    engine: AnyEngine,
    stopwatch: Callable[[], float] = time.perf_counter,  # noqa: TID251 - for `wall_seconds` alone
) -> RunResult:
    """Run what was prepared to its end.

    Raises:
        DecisionError, Deadlock: the scheduler misbehaved.
    """
    started = stopwatch()
    ended_by = engine.run()
    wall_seconds = stopwatch() - started
    return RunResult(
        spec,
        table,
        engine,
        ended_by,
        schedule=scheduler.summary(),
        diagnostics=scheduler.diagnostics(),
        wall_seconds=wall_seconds,
    )


def run_spec(  # noqa: PLR0913 - the parts of a spec
    blackbox: dict[str, Any],
    factory: SchedulerFactory,
    workers: int,
    seed: int,
    sampling: Sampling,
    budget: Budget,
    cluster: Cluster | msgspec.UnsetType = msgspec.UNSET,
) -> RunSpec:
    """What a run's manifest says that was asked.

    Args:
        blackbox: see `simdyhpo.blackboxes.describe`.
        factory: scheduler and checked options.
        workers, seed, sampling, budget: see `simulate`.
        cluster: a canonical one; see `RunSpec`.
    """
    return RunSpec(
        blackbox=blackbox,
        scheduler=factory.name,
        options=factory.settings,
        workers=workers,
        seed=seed,
        sampling=sampling,
        budget=budget,
        cluster=msgspec.UNSET if isinstance(cluster, Cluster) and cluster.ideal else cluster,
    )


def _check_time_passes(spec: RunSpec, table: CurveTable) -> None:
    """With replacement, a table never runs out; if nothing on it takes time, nor do seconds."""
    budget = spec.budget
    counts = (budget.max_epochs, budget.max_trials, budget.max_decisions)
    if spec.sampling == "without-replacement" or any(count is not None for count in counts):
        return
    if not table.elapsed_ns.max():
        raise BudgetError(
            f"nothing in table {table.info.name!r} takes time, so with replacement max_seconds is never "
            "reached: give max_epochs, max_trials or max_decisions"
        )


def _check_whole(name: str, value: object, least: int, most: int | None = None) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise OptionError(name, value, f"give a whole number of at least {least}")
    if most is not None and value > most:
        raise OptionError(name, value, f"give a whole number of at most {most}")
