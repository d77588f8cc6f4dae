"""A cluster's costs in whole nanoseconds."""

from __future__ import annotations

from typing import TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.simulation.cluster import Cluster
from simdyhpo.units import NANOSECONDS

Resource = TypeVar("Resource", int, npt.NDArray[np.int64])


class Costs(msgspec.Struct, frozen=True):
    """Each is rounded once; see `Cluster`.

    Attributes:
        start, report, completion, stop, save, load: nanoseconds.
        checkpoint_every: epochs; None without checkpoints, and then they take no time.
    """

    start: int
    report: int
    completion: int
    stop: int
    save: int
    load: int
    checkpoint_every: int | None

    @classmethod
    def of(cls, cluster: Cluster) -> Costs:
        """Those of a cluster."""
        *names, _ = cls.__struct_fields__
        costs = {name: round(getattr(cluster, f"{name}_seconds") * NANOSECONDS) for name in names}
        if not cluster.checkpoints:
            costs["save"] = 0
        return cls(**costs, checkpoint_every=cluster.checkpoint_every if cluster.checkpoints else None)

    def saving(self, first: Resource, resource: Resource) -> Resource:
        """Nanoseconds for the checkpoints on the way from `first` to the epoch that ends at `resource`.

        One comes after every epoch at which it is due, but for a segment's last one.
        """
        every = self.checkpoint_every or 1
        return self.save * ((resource - 1) // every - first // every)

    def saved_at(self, resource: int, saved: int) -> int:
        """Of which resource the last checkpoint is when a trial has reported `resource`.

        Args:
            resource: the last one reported.
            saved: that of the last checkpoint before the segment.
        """
        every = self.checkpoint_every
        if every is None:
            return saved
        on_the_way = resource - resource % every
        return on_the_way if on_the_way > saved else saved  # noqa: FURB136 - max() costs more here
