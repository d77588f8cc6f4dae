"""A package's draws from the generators that a whole process shares, kept apart from everybody else's."""

from __future__ import annotations

import random  # noqa: TID251 - to keep a package's draws from it apart
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np


class GlobalDraws:
    """Python's and numpy's global generators, as one run of a package sees them.

    Between its turns they are whatever they were: what ran before in the process changes nothing of the
    run, and the run changes nothing of what comes after.

    Args:
        seed: of both generators, below 2**32.
    """

    def __init__(self, seed: int) -> None:
        self._python = random.Random(seed).getstate()
        self._numpy = np.random.RandomState(seed).get_state()  # noqa: TID251

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Let the package draw."""
        python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
        random.setstate(self._python)
        np.random.set_state(self._numpy)  # noqa: NPY002
        try:
            yield
        finally:
            self._python, self._numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
            random.setstate(python)
            np.random.set_state(numpy)  # noqa: NPY002
