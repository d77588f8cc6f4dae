"""The law of failures: trials that are lost for good are survived."""

from __future__ import annotations

from itertools import product

from simdyhpo.simulation.cluster import Cluster
from simdyhpo.testing.audit import Violation
from simdyhpo.testing.subject import Subject
from simdyhpo.testing.tables import noisy, short_curves

FLAKY = Cluster(crashes_per_hour=400.0, repair_seconds=2.0, retries=0)
"""On the tables here, where epochs take seconds, many segments are lost, and their trials with them."""


def failures(subject: Subject) -> None:
    """Trials that are lost for good are survived: they are never resumed, and nobody waits for them.

    So where every configuration starts on workers that never fail, every one starts on those that do.
    """
    for table, workers in product((noisy(), short_curves(), noisy(time="per-fit")), (1, 3, 50)):
        try:
            ran = subject.run(table, workers=workers, cluster=FLAKY, audited=True)
        except Violation as violation:
            raise subject.broken(table, 0, f"with {workers} workers and failures, {violation}") from None
        if ran.ended_by != "exhausted":
            raise subject.broken(table, 0, f"with {workers} workers and failures, it goes on for ever")
        started = len(set(ran.starts))
        if started < len(table) and len(set(subject.run(table, workers=workers).starts)) == len(table):
            raise subject.broken(
                table,
                0,
                f"with {workers} workers and failures, it is exhausted after {started} of {len(table)} "
                "configurations, without them after all",
            )
