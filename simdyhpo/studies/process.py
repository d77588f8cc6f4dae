"""How a worker process behaves: one thread, and never longer alive than who started it."""

from __future__ import annotations

import functools
import os
import threading
import time
from collections.abc import Callable

from threadpoolctl import threadpool_limits

_PARENT_CHECKED_EVERY = 0.5
"""Seconds."""


@functools.cache
def settle_in(parent: int | None) -> None:
    """Once in each process: compute on one thread, so that N use N cores; don't outlive `parent`.

    (torch has its own limit, set by the surrogates. BLAS on more threads would also change sums.)
    """
    threadpool_limits(1)
    if parent not in (None, os.getpid()):  # with one job, the work is done in the parent itself
        threading.Thread(target=_end_with, args=(parent, os.getppid, time.sleep), daemon=True).start()


def _end_with(parent: int, current_parent: Callable[[], int], sleep: Callable[[float], None]) -> None:
    """End this process at once when its parent was killed; nothing is lost, since files are renamed whole."""
    while current_parent() == parent:
        sleep(_PARENT_CHECKED_EVERY)
    os._exit(1)
