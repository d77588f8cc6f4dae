"""How fast workers train: speed factors, jitter, stragglers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import repeat

import numpy as np
import numpy.typing as npt

from simdyhpo.simulation.cluster import Cluster
from simdyhpo.streams import Streams, in_blocks


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

    def slowdowns(self, worker: int) -> Iterator[float]:
        """Of the segments on this worker; exactly 1 where nothing is out of the ordinary."""
        if self._constant:
            return repeat(self._slowness[worker % len(self._slowness)])
        return self._drawn(worker)

    def _drawn(self, worker: int) -> Iterator[float]:
        """Streams are made when the worker begins its first segment."""
        yield from in_blocks(self._draw(worker))

    def _draw(self, worker: int) -> Callable[[int], npt.NDArray[np.float64]]:
        """What draws so many slowdowns of a worker's next segments."""
        cluster, slowness = self._cluster, self._slowness[worker % len(self._slowness)]
        jitter, straggler = (
            self._streams.generator(f"cluster/{name}/{worker}") for name in ("jitter", "straggler")
        )

        def draw(count: int) -> npt.NDArray[np.float64]:
            slowdowns = np.full(count, slowness)
            if cluster.jitter:
                # numpy's own exponentials depend on the processor in their last digit.
                slowdowns *= [*map(math.exp, (cluster.jitter * jitter.standard_normal(count)).tolist())]
            if cluster.straggler_share:
                slowdowns[straggler.random(count) < cluster.straggler_share] *= cluster.straggler_slowdown
            return slowdowns

        return draw


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
