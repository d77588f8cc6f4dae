"""A progress bar for a person who waits at a terminal; nothing for anyone else."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simdyhpo.simulation.live import LiveRun

_PATIENCE = 0.2
"""Seconds between two looks: a run has many instants, and an eye needs few of them."""


def progress_bar(label: str) -> AbstractContextManager[Callable[[float], None] | None]:
    """What to call with the share that is done, in [0, 1]; None when stderr is no terminal."""
    if not sys.stderr.isatty():
        return nullcontext()
    from simdyhpo.bars import ShareBar

    return ShareBar(label)


def live_bar(label: str) -> AbstractContextManager[Callable[[LiveRun], None] | None]:
    """What to call with the run at every instant; None when stderr is no terminal."""
    return _LiveBar(label) if sys.stderr.isatty() else nullcontext()


class _LiveBar:
    """A bar of a run (a class for the reason that `simdyhpo.bars.ShareBar` has)."""

    def __init__(self, label: str) -> None:
        from simdyhpo.bars import Bar

        form = "{desc} {percentage:3.0f}%|{bar}| {elapsed}{postfix}"
        self._bar = Bar(total=100, desc=label, leave=False, bar_format=form, dynamic_ncols=True)
        self._looked, self._decided = _host_seconds(), 0

    def __enter__(self) -> Callable[[LiveRun], None]:
        return self._show

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def _show(self, run: LiveRun) -> None:
        now = _host_seconds()
        if now - self._looked < _PATIENCE:
            return
        pace = (run.decisions - self._decided) / (now - self._looked)
        self._looked, self._decided = now, run.decisions
        self._bar.set_postfix_str(live_words(run, pace), refresh=False)
        self._bar.update(100 * run.share - self._bar.n)


def live_words(run: LiveRun, pace: float) -> str:
    """Simulated time, incumbent, utilisation and decisions per second of the host, in a few words."""
    seconds = f"{run.simulated_seconds:,.0f} s simulated"
    held = f"{run.utilisation:.0%} occupied"
    best = [] if math.isnan(run.best) else [f"best {run.best:.5g}"]
    return ", ".join([seconds, *best, held, f"{pace:,.0f} decisions/s"])


def _host_seconds() -> float:
    return time.monotonic()  # noqa: TID251 - for the person who waits
