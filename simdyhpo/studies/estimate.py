"""How long a study's missing cells would take: from finished ones, or from a first second of each kind."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import fmean

import msgspec

from simdyhpo.errors import SimdyhpoError
from simdyhpo.runs import simulate
from simdyhpo.studies.plan import Plan, PlannedCell
from simdyhpo.studies.store import Store

_WARM = 0.01
"""The share of a budget after which a probe is timed: until then libraries load, first models are fitted."""
_PROBE_SHARE = 0.02
_PROBE_SECONDS = 1.0
_PATIENCE = 30.0


class _Enough(SimdyhpoError):  # noqa: N818 - no error
    """The probe has seen what it wanted."""


def estimate_seconds(
    plan: Plan,
    store: Store,
    stopwatch: Callable[[], float] = time.perf_counter,  # noqa: TID251 - host time is what is asked
) -> dict[str, float]:
    """Host seconds of each missing cell, by key.

    Cells of one variant with one number of workers on one cluster count as equally long. If some are
    finished, it is their mean; otherwise the beginning of one of them is simulated, and extrapolated in a
    straight line.
    Model-based schedulers don't cost the same all along: for them this is rough, until the first cells are
    finished.

    Args:
        plan: the study's.
        store: of its results.
        stopwatch: measures host seconds.

    Raises:
        OutputError: a stored file is damaged.
    """
    missing = plan.missing(store.finished())
    known = store.seconds(plan.keys).dropna().to_dict()
    groups: dict[tuple[str, int, str], float] = {}
    for planned in missing:
        kind = _kind(planned)
        if kind not in groups:
            alike = [known[other.key] for other in plan.cells if other.key in known and _kind(other) == kind]
            groups[kind] = fmean(alike) if alike else _probe(planned, plan, stopwatch)
    return {planned.key: groups[_kind(planned)] for planned in missing}


def _kind(planned: PlannedCell) -> tuple[str, int, str]:
    cell = planned.cell
    return cell.variant.label, cell.workers, cell.cluster.name


def _probe(planned: PlannedCell, plan: Plan, stopwatch: Callable[[], float]) -> float:
    """Host seconds of a cell, from its begin: a second and 2 % of its budget, or half a minute at most."""
    cell = planned.cell
    started = stopwatch()
    marks: list[tuple[float, float]] = [(0.0, started)]

    def watch(share: float) -> None:
        now = stopwatch()
        if share >= _WARM and len(marks) == 1:
            marks.append((share, now))
        warm_share, warm = marks[-1]
        seen = share - warm_share >= _PROBE_SHARE and now - warm >= _PROBE_SECONDS
        if (len(marks) > 1 and seen) or now - started >= _PATIENCE:
            marks.append((share, now))
            raise _Enough

    try:
        simulate(
            plan.tables[cell.blackbox],
            cell.variant.scheduler,
            workers=cell.workers,
            seed=cell.seed,
            options=cell.variant.options,
            sampling=cell.sampling,
            cluster=cell.cluster.cluster,
            progress=watch,
            **msgspec.structs.asdict(cell.budget),
        )
    except _Enough:
        (warm_share, warm), (share, now) = marks[-2:]
        return (now - warm) / max(share - warm_share, 1e-6)
    return stopwatch() - started
