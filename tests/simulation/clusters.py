"""Runs on small clusters, for tests."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import strategies as st

from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.runs.front_door import Run
from simdyhpo.runs.result import RunResult
from simdyhpo.runs.spec import run_spec
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.costs import Costs
from simdyhpo.tables.blackboxes import describe
from simdyhpo.tables.curves import CurveTable


def on_cluster(
    table: CurveTable,
    scheduler: Any,
    cluster: Cluster,
    *,
    workers: int = 1,
    seed: int = 0,
    sampling: str = "without-replacement",
    options: dict[str, object] | None = None,
    **limits: Any,
) -> RunResult:
    """A run in the cluster's engine, whether or not the cluster is ideal."""
    factory = SchedulerFactory(scheduler, options or {})
    spec = run_spec(describe(table), factory, workers, seed, sampling, Budget(**limits))
    spec = msgspec.structs.replace(spec, cluster=cluster)
    return Run(spec, factory, table).finish()


SOME_SECONDS = st.sampled_from([0, 0, 0, 1, 2, 0.25])


@st.composite
def clusters(draw):
    """Any mix of costs and faults, in whole seconds often enough for things to happen at once."""
    faults: dict[str, Any] = {}
    if draw(st.booleans()):
        faults["crashes_per_hour"] = draw(st.sampled_from([60, 400, 2000]))
        faults["repair_seconds"] = draw(SOME_SECONDS)
    if draw(st.booleans()):
        faults["preemption_every_seconds"] = draw(st.sampled_from([4, 5, 9]))
        faults["preemption_seconds"] = draw(st.sampled_from([1, 3]))
        faults["preemption_share"] = draw(st.sampled_from([0.3, 1]))
    if draw(st.booleans()):
        faults["join_seconds"] = tuple(draw(st.lists(st.sampled_from([0, 2, 5]), min_size=1, max_size=3)))
        leave = st.sampled_from([0, 8, 20])
        faults["leave_seconds"] = (0, *draw(st.lists(leave, max_size=3)))
    if draw(st.booleans()):
        faults["speeds"] = tuple(draw(st.lists(st.sampled_from([0.5, 1, 2, 0.3]), min_size=1, max_size=3)))
        faults["jitter"] = draw(st.sampled_from([0, 0.2]))
        faults |= {"straggler_share": 0.3, "straggler_slowdown": 3} if draw(st.booleans()) else {}
    if draw(st.booleans()):
        faults |= {"decision_cost": "constant", "decision_seconds": draw(st.sampled_from([0.5, 1]))}
    cluster = Cluster(
        **{
            f"{what}_seconds": draw(SOME_SECONDS)
            for what in Costs.__struct_fields__
            if what != "checkpoint_every"
        },
        checkpoints=draw(st.booleans()),
        checkpoint_every=draw(st.integers(1, 3)),
        retries=draw(st.integers(0, 3)),
        retry_on=draw(st.sampled_from(["any", "same"])),
        **faults,
    )
    cluster.check()
    return cluster
