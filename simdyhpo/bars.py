"""Progress bars that nothing can leave hanging."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TextIO

from tqdm import tqdm


class Bar(tqdm):  # type: ignore[misc] # tqdm has no types
    """tqdm's bar without its monitor thread and its lock between processes.

    An interrupt can come while that lock is taken, and then the bar's end, and with it the command's, waits
    for ever. Here one thread of one process draws, and a lock that its thread may take again is enough. Nor
    does it end the work when nobody reads stderr any more.
    """

    monitor_interval = 0

    @staticmethod
    def status_printer(file: TextIO) -> Callable[[str], None]:
        """What draws a line."""
        draw: Callable[[str], None] = tqdm.status_printer(file)

        def draw_if_read(line: str) -> None:
            with suppress(BrokenPipeError):
                draw(line)

        return draw_if_read

    def close(self) -> None:
        """Leave the line."""
        with suppress(BrokenPipeError):
            super().close()


Bar.set_lock(threading.RLock())


def in_notebook() -> bool:
    """Whether this is a notebook's kernel, whose pages show widgets instead of lines."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return "IPKernelApp" in getattr(shell, "config", ())


class ShareBar:
    """A bar of the share that is done; it goes when all is done.

    A class, since a generator as context sets `__traceback__` of what is raised within, and an exception of a
    user's own may not take that.
    """

    def __init__(self, label: str) -> None:
        form = "{desc} {percentage:3.0f}%|{bar}| {elapsed}"
        self._bar = progress_bar(total=100, desc=label, leave=False, bar_format=form)

    def __enter__(self) -> Callable[[float], None]:
        """What to call with the share, in [0, 1]."""
        return lambda share: self._bar.update(100 * share - self._bar.n)

    def __exit__(self, *_: object) -> None:
        self._bar.close()


def progress_bar(**settings: Any) -> Bar:  # noqa: ANN401 - tqdm's own
    """A bar for who waits: in a notebook the one that tqdm chooses there, else ours, on stderr.

    Args:
        settings: of the bar, as tqdm takes them.
    """
    if in_notebook():
        from tqdm.auto import tqdm as notebooks

        bar: Bar = notebooks(**settings)  # it can do the same
        return bar
    # Where nobody watches, a line every few seconds is enough.
    patience = 0.1 if sys.stderr.isatty() else 5.0
    return Bar(**{"ncols": 80, "mininterval": patience, "miniters": 1} | settings)
