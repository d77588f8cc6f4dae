"""How long a study's missing cells would take: from finished ones, or from the beginnings of some."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from statistics import fmean

import msgspec
import numpy as np

from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.runs.front_door import Run
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.live import spent_share
from simdyhpo.studies.cost_law import Mark, seconds_of_whole
from simdyhpo.studies.plan import Plan, PlannedCell
from simdyhpo.studies.store import Store
from simdyhpo.tables.curves import CurveTable

_WARM = 16
"""So many decisions after each worker's first, libraries have been loaded and used ..."""
_WARM_SECONDS = 8.0
"""... as they have after so many seconds."""
_TOGETHER = 16.0
"""Seconds for all probes together, those that end sooner included."""
_AT_A_TIME = 0.25
"""Seconds of one probe before it is the next one's turn."""
_LEAST_SHARE = 0.08
_PATIENCE = 26.0
"""Probes go on until each has seen the least share of its budget, but not beyond so many seconds in all."""
_FEWEST = 20
_UTMOST = 45.0
"""Nor does one end before so many decisions after each worker's first, unless this takes so many seconds.

Where every one of the first fits takes seconds, and later ones don't, less says nothing at all.
"""
_BRIEF = 0.05
"""A run that is over sooner is repeated until so many seconds are spent: a single one says little."""
_REPEATS = 20

Kind = tuple[str, int, tuple[int, ...]]
"""Variant, number of workers, and what table and cluster are like."""


class Estimate(msgspec.Struct, frozen=True):
    """What is expected.

    Attributes:
        seconds: host seconds of each missing cell, by key, in a process that has loaded all it needs.
        start_up: seconds that each process needs for that, once.
    """

    seconds: dict[str, float]
    start_up: float = 0.0

    def on_cores(self) -> dict[str, float]:
        """Host seconds of all of them together, by how many cores there are."""
        total = sum(self.seconds.values())
        return {str(cores): total / cores + self.start_up for cores in (1, 2)}


def estimate_seconds(
    plan: Plan,
    store: Store,
    stopwatch: Callable[[], float] = time.thread_time,
) -> Estimate:
    """Host seconds of the missing cells.

    Cells of one variant with one number of workers on like tables and clusters count as equally long. If
    some are finished, it is their mean; otherwise one of them is begun, and what its decisions cost is
    carried on to the end of its budget (see `cost_law`). What only the first run of a process costs, a
    library's first use above all, is told apart by doing the beginning twice.

    Args:
        plan: the study's.
        store: of its results.
        stopwatch: measures host seconds; those of the processor, by default, so that a busy machine doesn't
            count.

    Raises:
        OutputError: a stored file is damaged.
    """
    missing = plan.missing(store.finished())
    known = store.seconds(plan.keys).dropna().to_dict()
    likeness = {
        (name, at.name): _likeness(table, at.cluster, plan.study.budget)
        for name, table in plan.tables.items()
        for at in plan.study.clusters
    }

    def kind(planned: PlannedCell) -> Kind:
        cell = planned.cell
        return cell.variant.label, cell.workers, likeness[cell.blackbox, cell.cluster.name]

    finished: dict[Kind, list[float]] = {}
    for planned in plan.cells:
        if planned.key in known:
            finished.setdefault(kind(planned), []).append(known[planned.key])
    seconds = {each: fmean(alike) for each, alike in finished.items()}
    first: dict[Kind, PlannedCell] = {}
    for planned in missing:
        first.setdefault(kind(planned), planned)
    start = _Start(plan, stopwatch)
    probes = {each: start.begin(planned) for each, planned in first.items() if each not in seconds}
    _share_time(list(probes.values()))
    seconds |= {each: start.whole(first[each], probe) for each, probe in probes.items()}
    return Estimate({planned.key: seconds[kind(planned)] for planned in missing}, start.seconds)


def _likeness(table: CurveTable, cluster: Cluster, budget: Budget) -> tuple[int, ...]:
    """Equal for tables and clusters on which runs cost about as much.

    They have as many configurations, to a power of 2, resources and hyperparameters and, where a budget of
    seconds decides how many epochs there are, their epochs take as long, to the nearest power of 2. What goes
    wrong on a cluster takes part of its time, but not most of it.
    """
    configurations, resources = table.values.shape
    size = (configurations.bit_length(), resources, len(table.configurations.hyperparameters))
    if budget.max_seconds is None:
        return size
    pace = fmean(cluster.speeds) if cluster.speeds else 1.0
    epoch_ns = float(np.nanmean(table.elapsed_ns[:, -1])) / table.max_resource / pace
    return (*size, round(math.log2(max(epoch_ns, 1.0))))


class _Start:
    """Begins cells; the first one with a scheduler and searcher that was not used yet, twice.

    Attributes:
        seconds: by which the first time took longer, of all of them together.
    """

    def __init__(self, plan: Plan, stopwatch: Callable[[], float]) -> None:
        self.seconds = 0.0
        self._plan = plan
        self._stopwatch = stopwatch
        self._warm: set[tuple[str, object]] = set()

    def begin(self, planned: PlannedCell) -> _Probe:
        """A cell, ready to go on, or after its first turns."""
        variant = planned.cell.variant
        loads = variant.scheduler, variant.options.get("searcher")
        if loads in self._warm:
            return self._probe(planned, 0)
        self._warm.add(loads)
        cold = self._probe(planned, planned.cell.workers + _WARM)
        probe = self._probe(planned, cold.marks[-1].decisions)
        self.seconds += max(0.0, cold.seconds - probe.seconds)
        return probe

    def whole(self, planned: PlannedCell, probe: _Probe) -> float:
        """Seconds of the cell to its end; of one that takes next to nothing, those of its quickest run."""
        if not probe.over:
            return seconds_of_whole(probe.marks)
        seen = [probe.seconds]
        while sum(seen) < _BRIEF and len(seen) < _REPEATS:
            seen.append(self._probe(planned, math.inf).seconds)
        return min(seen)

    def _probe(self, planned: PlannedCell, decisions: float) -> _Probe:
        probe = _Probe(planned, self._plan, self._stopwatch)
        probe.go_on(_WARM_SECONDS, decisions)
        return probe


class _Probe:
    """A cell that is simulated a piece at a time, and may be left at any turn.

    Attributes:
        marks: the begin, and one after each turn.
        over: whether the run has come to its end.
    """

    def __init__(self, planned: PlannedCell, plan: Plan, stopwatch: Callable[[], float]) -> None:
        cell = planned.cell
        self._stopwatch, self._workers = stopwatch, cell.workers
        self.over = False
        self.marks = [Mark(0.0, 0, 0.0)]
        started = stopwatch()
        factory = SchedulerFactory(cell.variant.scheduler, cell.variant.options)
        self._run = Run(planned.spec, factory, plan.tables[cell.blackbox], stopwatch)
        self._note(0.0, stopwatch() - started)

    @property
    def seconds(self) -> float:
        """Spent so far."""
        return self.marks[-1].seconds

    def go_on(self, seconds: float, decisions: float = math.inf) -> None:
        """Simulate for so long, or to the end.

        Args:
            seconds: host seconds.
            decisions: not beyond the turn that makes this one.
        """
        before, started, spent = self.seconds, self._stopwatch(), 0.0
        while not self.over and spent < seconds and self._run.engine.log.count < decisions:
            self.over = not self._run.step()
            spent = self._stopwatch() - started
            self._note(1.0 if self.over else spent_share(self._run.engine), before + spent)

    @property
    def seen(self) -> float:
        """The share of the budget; none of it if all is spent, and what was begun is only to be ended."""
        return self.marks[-1].share % 1.0

    def unclear(self, spent: float) -> bool:
        """Whether too little was seen to end after so many seconds of all probes."""
        last = self.marks[-1]
        few = last.decisions < self._workers + _FEWEST and spent < _UTMOST
        return few or (last.share < _LEAST_SHARE and spent < _PATIENCE)

    def _note(self, share: float, seconds: float) -> None:
        self.marks.append(Mark(share, self._run.engine.log.count, seconds))


def _share_time(probes: list[_Probe]) -> None:
    """Let the probes go on, always the one that has seen least: so the dearest have most of the time."""
    while going := [probe for probe in probes if not probe.over]:
        spent = sum(probe.seconds for probe in probes)
        if spent >= _TOGETHER:
            going = [probe for probe in going if probe.unclear(spent)]
        if not going:
            return
        min(going, key=lambda probe: probe.seen).go_on(_AT_A_TIME)
