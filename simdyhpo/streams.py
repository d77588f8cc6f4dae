"""Named random streams: every draw in a run has a name, so no draw can shift another.

A stream's state comes from the run's seed and the SHA-256 of the stream's name. Python's `hash()` is not
used: it differs between processes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

_BLOCK = 1024
_FEW, _MANY = 4, 64
"""Blocks of streams of which there are many, one a worker: they begin small, and stay so."""


class Streams:
    """All random streams of one run.

    Attributes:
        seed: the run's seed, a non-negative integer.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def generator(self, name: str) -> np.random.Generator:
        """A fresh generator at the start of stream `name`; equal for equal seed and name."""
        digest = hashlib.sha256(name.encode()).digest()
        words = [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4)]
        sequence = np.random.SeedSequence(entropy=self.seed, spawn_key=tuple(words))
        return np.random.Generator(np.random.PCG64(sequence))

    def uniforms(self, name: str) -> IndexedUniforms:
        """The numbers of stream `name` in [0, 1), addressed by index."""
        return IndexedUniforms(self.generator(name))


def in_blocks(draw: Callable[[int], npt.NDArray[np.float64]]) -> Iterator[float]:
    """The numbers of a stream, one after the other: those that single draws would give, at less cost each.

    Args:
        draw: gives so many of them, e.g. a generator's `random`.
    """
    size = _FEW
    while True:
        yield from draw(size).tolist()
        size = min(2 * size, _MANY)


class IndexedUniforms:
    """Uniform numbers in [0, 1) where the k-th is always the k-th, in whatever order one looks.

    Draws belong to decisions by their index: a replay that skips decisions shifts none of them.
    """

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator
        self._drawn: list[float] = []

    def __getitem__(self, index: int) -> float:
        while index >= len(self._drawn):
            self._drawn.extend(self._generator.random(_BLOCK).tolist())
        return self._drawn[index]


class DecisionCoin:
    """A `random_state` for rung systems: `random()` is the coin of the decision that is pending.

    Asking twice about one decision gives the same number; `advance()` is called when it is committed.
    """

    def __init__(self, uniforms: IndexedUniforms) -> None:
        self._uniforms = uniforms
        self._decision = 0

    def random(self) -> float:
        """The coin of the pending decision, in [0, 1)."""
        return self._uniforms[self._decision]

    def advance(self) -> None:
        """The pending decision was committed: the next one has a coin of its own."""
        self._decision += 1
