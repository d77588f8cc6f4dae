"""The configurations as a scheduler may see them: ids and features, and the order of random starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from simdyhpo.errors import UnknownNameError
from simdyhpo.hyperparameters.configurations import Configurations
from simdyhpo.read_only import lock
from simdyhpo.streams import Streams

Sampling = Literal["without-replacement", "with-replacement"]
SAMPLINGS: Sequence[Sampling] = get_args(Sampling)
_BLOCK = 4096


def check_sampling(sampling: str) -> None:
    """Raise an `UnknownNameError` unless it is one of `SAMPLINGS`."""
    if sampling not in SAMPLINGS:
        raise UnknownNameError("sampling", str(sampling), SAMPLINGS)


class Candidates:
    """Which configurations can start, and which one a random start takes.

    The k-th random start is the k-th entry of one order drawn from the stream `candidates`: a permutation
    without replacement, independent draws with replacement. So all schedulers under one seed see the same
    configurations in the same order. Configurations that a model started earlier are passed over.

    State changes only in `take`; everything else may be asked at any time.

    Attributes:
        configurations: their hyperparameters, one row each.
        count: number of configurations in the table.
        sampling: whether a configuration can start more than once.
    """

    def __init__(
        self,
        configurations: Configurations,
        streams: Streams,
        sampling: Sampling = "without-replacement",
    ) -> None:
        self.configurations = configurations
        self.count = count = len(configurations)
        self.sampling = sampling
        self._replaces = sampling == "with-replacement"
        self._features: npt.NDArray[np.float64] | None = None
        self._generator = streams.generator("candidates")
        self._order: list[int] = []
        self._cursor = self._drawn = 0
        self._used = bytearray(count)
        if sampling == "without-replacement":
            self._order = self._generator.permutation(count).tolist()

    @property
    def features(self) -> npt.NDArray[np.float64]:
        """Shape (count, d), read-only, see `Configurations.features`; computed when first asked for."""
        if self._features is None:
            self._features = lock(self.configurations.features())
        return self._features

    def next_random(self) -> int | None:
        """The configuration that the next random start takes; None when all have started."""
        if self._replaces:
            while self._cursor >= self._drawn:
                self._order = self._generator.integers(self.count, size=_BLOCK).tolist()
                self._drawn += _BLOCK
            return self._order[self._cursor - self._drawn]  # the current block, counted from its end
        while self._cursor < self.count and self._used[self._order[self._cursor]]:
            self._cursor += 1
        return self._order[self._cursor] if self._cursor < self.count else None

    def unused(self) -> npt.NDArray[np.int64]:
        """Ids of the configurations that can still start, ascending."""
        if self.sampling == "with-replacement":
            return np.arange(self.count)
        return np.flatnonzero(np.frombuffer(self._used, dtype=np.uint8) == 0)

    def can_start(self, configuration: int) -> bool:
        """Whether the engine may start `configuration` now."""
        known = 0 <= configuration < self.count
        return known and (self.sampling == "with-replacement" or not self._used[configuration])

    def take(self, configuration: int) -> bool:
        """Start a trial of `configuration`, if that may be. With replacement, this is one draw of the order.

        Returns:
            Whether it started: not if it is unknown, or has started before without replacement.
        """
        if not 0 <= configuration < self.count:
            return False
        if self._replaces:
            self._cursor += 1
            return True
        if self._used[configuration]:
            return False
        self._used[configuration] = 1
        return True
