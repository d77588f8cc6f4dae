"""What must make no difference: the host's clocks, and random numbers that no stream gave."""

from __future__ import annotations

import random  # noqa: TID251 - to disturb it
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

CLOCKS = ("time", "monotonic", "perf_counter", "process_time", "thread_time")


@contextmanager
def clocks_that_show(begin: float, step: float, module: str) -> Iterator[None]:
    """Replace the clocks of the module `time`, also where `module` imported them by name.

    Args:
        begin: what they show first, in seconds.
        step: by how much they advance each time they are read.
        module: name of the module that the scheduler's class is from.
    """
    shown = begin

    def seconds() -> float:
        nonlocal shown
        shown += step
        return shown

    def nanoseconds() -> int:
        return int(seconds() * 1e9)

    fakes: dict[str, Callable[[], float]] = dict.fromkeys(CLOCKS, seconds)
    fakes |= {f"{name}_ns": nanoseconds for name in CLOCKS}
    originals = {name: getattr(time, name) for name in fakes}
    by_original = {id(original): name for name, original in originals.items()}
    own = vars(sys.modules[module]) if module in sys.modules else {}
    imported = {name: value for name, value in own.items() if id(value) in by_original}
    try:
        for name, fake in fakes.items():
            setattr(time, name, fake)
        for name, value in imported.items():
            own[name] = fakes[by_original[id(value)]]
        yield
    finally:
        for name, original in originals.items():
            setattr(time, name, original)
        own.update(imported)


@contextmanager
def global_generators_seeded(seed: int) -> Iterator[None]:
    """Give Python's and numpy's global generators a known state, and their own back afterwards."""
    before, numpy_before = random.getstate(), np.random.get_state()  # noqa: NPY002
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002, TID251
    try:
        yield
    finally:
        random.setstate(before)
        np.random.set_state(numpy_before)  # noqa: NPY002
