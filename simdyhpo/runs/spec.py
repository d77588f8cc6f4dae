"""What is asked of a run: all that decides how it goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from simdyhpo.candidates import Sampling
from simdyhpo.catalog.entries import entry
from simdyhpo.catalog.factory import SchedulerFactory, Settled
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.cluster import Cluster

BEHAVIOUR = 3
"""Version of what every spec means: raised whenever equal specs may give other decisions than before.

Where one scheduler alone decides otherwise, `Entry.behaviour` of its entry is raised instead. Results of
different behaviours are never mixed. A changed golden log is the sign that one of the two must be raised.
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

    @property
    def behaviour(self) -> int:
        """Version of what this spec means: `BEHAVIOUR`, or its scheduler's own where that changed later."""
        return behaviour_of(self.scheduler, self.options)

    @property
    def title(self) -> str:
        """What ran where, in words, for the head of a figure."""
        workers = f"{self.workers:,} worker{'' if self.workers == 1 else 's'}"
        return f"{self.scheduler.rpartition(':')[2]} on {self.blackbox['name']}, {workers}, seed {self.seed}"


def behaviour_of(scheduler: str, options: Mapping[str, Any]) -> int:
    """Version of what a spec with this scheduler means; a user's own has only the simulator's.

    Args:
        scheduler: its name, or `module:Class`.
        options: its settings; defaults may be left out.
    """
    known = entry(scheduler)
    if known is None or (known.unchanged and known.unchanged.items() <= options.items()):
        return BEHAVIOUR
    return max(BEHAVIOUR, known.behaviour)


def run_spec(  # noqa: PLR0913 - the parts of a spec
    blackbox: dict[str, Any],
    factory: SchedulerFactory | Settled,
    workers: int,
    seed: int,
    sampling: Sampling,
    budget: Budget,
    cluster: Cluster | msgspec.UnsetType = msgspec.UNSET,
) -> RunSpec:
    """What a run's manifest says that was asked; what is equal is written alike, whoever gave it.

    Args:
        blackbox: see `simdyhpo.tables.blackboxes.describe`.
        factory: scheduler and checked options.
        workers, seed, sampling, budget: see `simulate`.
        cluster: see `RunSpec`.
    """
    return RunSpec(
        blackbox=blackbox,
        scheduler=factory.name,
        options=factory.settings,
        workers=int(workers),
        seed=int(seed),
        sampling=sampling,
        budget=budget,
        cluster=cluster.canonical() if isinstance(cluster, Cluster) and not cluster.ideal else msgspec.UNSET,
    )
