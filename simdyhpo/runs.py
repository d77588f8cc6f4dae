"""The front door: one scheduler, one table, n virtual workers, one result.

Not named after `simulate`: a module of that name would hide the function `simdyhpo.simulate`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import numpy as np

from simdyhpo.blackboxes import describe
from simdyhpo.blame import blaming
from simdyhpo.candidates import Candidates, Sampling
from simdyhpo.catalog import SchedulerFactory
from simdyhpo.curves import CurveTable
from simdyhpo.errors import BudgetError, OptionError, UnknownNameError
from simdyhpo.protocols import Problem, Scheduler
from simdyhpo.run_results import AnyEngine, RunResult
from simdyhpo.run_specs import RunSpec, run_spec
from simdyhpo.scheduler_counts import counts_of
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.cluster_engine import ClusterEngine
from simdyhpo.simulation.clusters import find_cluster
from simdyhpo.simulation.engine import Engine
from simdyhpo.simulation.live import LiveRun, Onlooker, spent_share
from simdyhpo.simulation.raised import raised_by_scheduler
from simdyhpo.simulation.simulation import EndedBy
from simdyhpo.streams import Streams

SAMPLINGS = ("without-replacement", "with-replacement")

MOST_WORKERS = 1_000_000
"""More than any cluster has; each takes room in memory."""


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
        scheduler: a name (`simdyhpo.scheduler_entries.SCHEDULERS`), `module:Class`, or a class.
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
        CountsError: its summary or diagnostics can't be stored.
        BaseException: what the scheduler itself raised, of its own type, with a note (`__notes__`) that names
            scheduler and decision.
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
        CountsError: its summary or diagnostics can't be stored.
        BaseException: see `run_engine`.
    """
    started = stopwatch()
    ended_by = run_engine(engine, spec.scheduler)
    wall_seconds = stopwatch() - started
    with blaming(f"scheduler {spec.scheduler!r} raised it in summary or diagnostics, when the run had ended"):
        schedule, diagnostics = counts_of(spec.scheduler, scheduler)
    return RunResult(
        spec,
        table,
        engine,
        ended_by,
        schedule=schedule,
        diagnostics=diagnostics,
        wall_seconds=wall_seconds,
    )


def run_engine(engine: AnyEngine, scheduler: str) -> EndedBy:
    """Simulate to the end.

    Args:
        engine: a prepared one.
        scheduler: the name of who decides.

    Raises:
        DecisionError, Deadlock, ClockError: see `Simulation.run`.
        BaseException: what the scheduler itself raised, of its own type, with a note that names scheduler
            and decision.
    """
    with blaming(lambda error: raised_by_scheduler(error, scheduler, len(engine.log))):
        return engine.run()


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
