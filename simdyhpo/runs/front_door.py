"""The front door: one scheduler, one table, n virtual workers, one result.

Not named after `simulate`: a module of that name would hide the function `simdyhpo.simulate`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import numpy as np

from simdyhpo.blame import blaming
from simdyhpo.candidates import Candidates, Sampling, check_sampling
from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.errors import BudgetError, OptionError, SimdyhpoError
from simdyhpo.protocols import Problem
from simdyhpo.runs.on_table import on_table
from simdyhpo.runs.result import AnyEngine, RunResult
from simdyhpo.runs.spec import RunSpec, run_spec
from simdyhpo.scheduler_counts import counts_of
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.cluster_engine import ClusterEngine
from simdyhpo.simulation.engine import Engine
from simdyhpo.simulation.live import LiveRun, Onlooker, spent_share
from simdyhpo.simulation.named_clusters import find_cluster
from simdyhpo.simulation.raised import raised_by_scheduler
from simdyhpo.simulation.simulation import EndedBy
from simdyhpo.streams import Streams
from simdyhpo.tables.blackboxes import blackbox_files, describe, load_blackbox
from simdyhpo.tables.curves import CurveTable

MOST_WORKERS = 1_000_000
"""More than any cluster has; each takes room in memory."""


def simulate(  # noqa: PLR0913 - the front door: each setting by name
    table: CurveTable | str | Path,
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
    progress: Callable[[float], None] | bool | None = None,
    live: Callable[[LiveRun], None] | None = None,
    stopwatch: Callable[[], float] = time.perf_counter,  # noqa: TID251 - for `wall_seconds` alone
) -> RunResult:
    """Replay `table` to virtual workers under `scheduler` until a budget ends.

    Args:
        table: learning curves; or a name or path for `simdyhpo.load_blackbox`.
        scheduler: a name (`simdyhpo.catalog.entries.SCHEDULERS`), `module:Class`, or a class.
        workers: number of virtual workers, up to `MOST_WORKERS`.
        seed: a non-negative integer; equal seeds give all schedulers the same order of random starts.
        max_epochs, max_seconds, max_trials, max_decisions: at least one; see `Budget`.
        options: the scheduler's settings by name.
        sampling: "without-replacement" or "with-replacement" of the table's configurations.
        cluster: what the workers are like: a preset's name, a TOML file, settings by name, or a `Cluster`;
            see docs/cluster.md.
        progress: whether to show a bar; or what is called now and then with the share of the budget spent.
        live: called at every instant with the run as it stands.
        stopwatch: measures `wall_seconds`; the simulation itself never looks at it.

    Raises:
        BudgetError: no budget, or one that no run could spend.
        OptionError, UnknownNameError: a setting can't be used, or is unknown.
        TableError: the table's file is missing or damaged.
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
    check_sampling(sampling)
    if isinstance(scheduler, str) and scheduler not in SCHEDULERS and scheduler in blackbox_files():
        raise SimdyhpoError(
            f"{scheduler!r} is a table, no scheduler; the table comes first, then a scheduler"
        )
    factory = SchedulerFactory(scheduler, options or {})
    table = _table(table)
    factory = on_table(factory, table)
    spec = run_spec(describe(table), factory, workers, seed, sampling, budget, find_cluster(cluster))
    run = Run(spec, factory, table, stopwatch)
    watchers: list[Callable[[], None]] = []
    if live is not None:
        onlooker = Onlooker(run.scheduler, table.mode)
        run.engine.decider = onlooker
        view = LiveRun(run.engine, onlooker, spec.workers)
        watchers.append(lambda: live(view))
    with _told(progress, spec.title) as tell:
        if tell is not None:
            watchers.append(lambda: tell(spent_share(run.engine)))
        result = run.finish(watchers)
        if tell is not None:
            tell(1.0)
    return result


def _told(
    progress: Callable[[float], None] | bool | None, label: str
) -> AbstractContextManager[Callable[[float], None] | None]:
    """What is called with the share of the budget that is spent, if anything."""
    if progress is not True:
        return nullcontext(progress or None)
    from simdyhpo.bars import ShareBar

    return ShareBar(label)


class Run:
    """A spec that is run: a fresh scheduler, and an engine that is ready to run it.

    Attributes:
        spec: what to do; see `run_spec`.
        table: learning curves.
        problem: what the scheduler was handed.
        scheduler: the fresh one.
        engine: simulates it; it can be stepped, and somebody can be put between it and the scheduler, as its
            `decider`.
    """

    def __init__(
        self,
        spec: RunSpec,
        factory: SchedulerFactory,
        table: CurveTable,
        stopwatch: Callable[[], float] = time.perf_counter,  # noqa: TID251 - for `wall_seconds` alone
    ) -> None:
        """Nothing is simulated yet.

        Args:
            spec, table: see above.
            factory: makes the spec's scheduler.
            stopwatch: measures `wall_seconds`, and decisions on a cluster where they cost what they take.

        Raises:
            BudgetError: no time can pass, and nothing else would end the run.
        """
        _check_time_passes(spec, table)
        self.spec = spec
        self.table = table
        self._stopwatch = stopwatch
        streams = Streams(spec.seed)
        candidates = Candidates(table.configurations, streams, spec.sampling)
        self.problem = Problem(candidates, table.max_resource, table.mode, streams)
        self.scheduler = on_table(factory, table)(self.problem)
        parts = (table, self.scheduler, candidates, spec.workers, spec.budget)
        self.engine: AnyEngine
        if isinstance(spec.cluster, Cluster):
            self.engine = ClusterEngine(*parts, spec.cluster, streams, stopwatch)
        else:
            self.engine = Engine(*parts)

    def until(self, decision: int) -> bool:
        """Simulate until a decision is due; see `Simulation.until` and `simulate`."""
        with self._blaming():
            return self.engine.until(decision)

    def step(self) -> bool:
        """One turn; see `Simulation.step` and `simulate`."""
        with self._blaming():
            return self.engine.step()

    def simulate(self, watchers: Sequence[Callable[[], None]] = ()) -> EndedBy:
        """Simulate to the end.

        Args:
            watchers: called after every turn.

        Raises:
            DecisionError, Deadlock, ClockError: see `Simulation.run`.
            BaseException: what the scheduler itself raised, of its own type, with a note that names scheduler
                and decision.
        """
        with self._blaming():
            while watchers and self.engine.step():
                for watch in watchers:
                    watch()
            return self.engine.run()

    def finish(self, watchers: Sequence[Callable[[], None]] = ()) -> RunResult:
        """Simulate to the end, and say what came of it.

        Args:
            watchers: see `simulate`.

        Raises:
            DecisionError, Deadlock: the scheduler misbehaved.
            CountsError: its summary or diagnostics can't be stored.
            BaseException: see `simulate`.
        """
        started = self._stopwatch()
        ended_by = self.simulate(watchers)
        wall_seconds = self._stopwatch() - started
        name = self.spec.scheduler
        with blaming(f"scheduler {name!r} raised it in summary or diagnostics, when the run had ended"):
            schedule, diagnostics = counts_of(name, self.scheduler)
        return RunResult(
            self.spec,
            self.table,
            self.engine,
            ended_by,
            schedule=schedule,
            diagnostics=diagnostics,
            wall_seconds=wall_seconds,
        )

    def _blaming(self) -> blaming:
        """Of what the scheduler raises."""
        return blaming(lambda error: raised_by_scheduler(error, self.spec.scheduler, len(self.engine.log)))


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


def _table(given: object) -> CurveTable:
    """The table itself, or the one of that name or path."""
    if isinstance(given, CurveTable):
        return given
    if isinstance(given, str | Path):
        return load_blackbox(given)
    raise OptionError(
        "table",
        type(given).__name__,
        "give a CurveTable, or a name or path; `table_from_long` makes one of a frame",
    )


def _check_whole(name: str, value: object, least: int, most: int | None = None) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise OptionError(name, value, f"give a whole number of at least {least}")
    if most is not None and value > most:
        raise OptionError(name, value, f"give a whole number of at most {most}")
