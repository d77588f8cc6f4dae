"""How fast workers train: speed factors, jitter, stragglers."""

from __future__ import annotations

import math

import numpy as np

from simdyhpo.simulation.cluster import Cluster
from simdyhpo.streams import Streams


class Pace:
    """What a segment's epochs take, as a multiple of the table's time.

    The k-th segment that a worker begins has the k-th numbers of the streams `cluster/jitter/WORKER` and
    `cluster/straggler/WORKER`, whatever it trains.
    """

    def __init__(self, cluster: Cluster, streams: Streams) -> None:
        self._cluster = cluster
        self._streams = streams
        self._constant = not (cluster.jitter or cluster.straggler_share)
        self._slowness = [1 / speed for speed in cluster.speeds] or [1.0]
        self._draws: dict[int, tuple[np.random.Generator, np.random.Generator]] = {}

    def next_slowdown(self, worker: int) -> float:
        """Of the next segment on this worker; exactly 1 where nothing is out of the ordinary."""
        slowness = self._slowness[worker % len(self._slowness)]
        if self._constant:
            return slowness
        cluster = self._cluster
        if worker not in self._draws:
            names = ("jitter", "straggler")
            jitter, straggler = (self._streams.generator(f"cluster/{name}/{worker}") for name in names)
            self._draws[worker] = jitter, straggler
        jitter, straggler = self._draws[worker]
        if cluster.jitter:
            slowness *= math.exp(cluster.jitter * jitter.standard_normal())
        if cluster.straggler_share and straggler.random() < cluster.straggler_share:
            slowness *= cluster.straggler_slowdown
        return slowness


def least_slowdown(cluster: Cluster, streams: Streams, workers: int, segments: int) -> float:
    """No segment of a run had less, whatever was decided: what is fastest of all that chance held ready.

    Jitter has no least value, so what bounds a run is what its own streams give.

    Args:
        cluster, streams: of the run.
        workers: their number.
        segments: how many one worker can have begun at most, e.g. the run's decisions.
    """
    slowness = [1 / speed for speed in cluster.speeds] or [1.0]
    least = [slowness[worker % len(slowness)] for worker in range(workers)]
    if not cluster.jitter or not segments:
        return min(least)
    draws = (streams.generator(f"cluster/jitter/{w}").standard_normal(segments) for w in range(workers))
    return min(slow * math.exp(cluster.jitter * draw.min()) for slow, draw in zip(least, draws, strict=True))
