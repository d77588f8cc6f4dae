"""A progress bar for a person who waits at a terminal; nothing for anyone else."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simdyhpo.simulation.live import LiveRun

_PATIENCE = 0.2
"""Seconds between two looks: a run has many instants, and an eye needs few of them."""


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[float], None] | None]:
    """What to call with the share that is done, in [0, 1]; None when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from simdyhpo.bars import share_bar

    with share_bar(label) as show:
        yield show


@contextmanager
def live_bar(label: str) -> Iterator[Callable[[LiveRun], None] | None]:
    """What to call with the run at every instant; None when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from simdyhpo.bars import Bar

    form = "{desc} {percentage:3.0f}%|{bar}| {elapsed}{postfix}"
    with Bar(total=100, desc=label, leave=False, bar_format=form, dynamic_ncols=True) as bar:
        looked, decided = _host_seconds(), 0

        def show(run: LiveRun) -> None:
            nonlocal looked, decided
            now = _host_seconds()
            if now - looked < _PATIENCE:
                return
            pace = (run.decisions - decided) / (now - looked)
            looked, decided = now, run.decisions
            bar.set_postfix_str(live_words(run, pace), refresh=False)
            bar.update(100 * run.share - bar.n)

        yield show


def live_words(run: LiveRun, pace: float) -> str:
    """Simulated time, incumbent, utilisation and decisions per second of the host, in a few words."""
    seconds = f"{run.simulated_seconds:,.0f} s simulated"
    held = f"{run.utilisation:.0%} occupied"
    best = [] if math.isnan(run.best) else [f"best {run.best:.5g}"]
    return ", ".join([seconds, *best, held, f"{pace:,.0f} decisions/s"])


def _host_seconds() -> float:
    return time.monotonic()  # noqa: TID251 - for the person who waits
