"""A process that sees to it that what was started on one's behalf ends, also if oneself is killed.

For a cluster of whose processes some don't watch their parents. The guard knows them by their environment
(where the system has /proc, as Linux; elsewhere it does nothing), and waits for the end of a pipe that only
the process which it serves holds. This file is run by itself, so it needs nothing but Python.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

MARK = "SIMDYHPO_GUARDED"
"""The environment variable by which the processes are known."""

_QUIET = 5
"""So many times in a row nothing is found: then nothing is left that could start more."""
_EVERY = 0.1
"""Seconds between two looks."""
_LOOKS = 300


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """What is started within lives no longer than what comes after the `yield`, nor than this process."""
    mark = secrets.token_hex(16)
    with subprocess.Popen([sys.executable, "-I", __file__, mark], stdin=subprocess.PIPE):
        os.environ[MARK] = mark
        try:
            yield
        finally:
            os.environ.pop(MARK, None)


def _wait_and_end(mark: str) -> None:
    """Wait until the pipe ends, then end all processes that have the mark, and what they start meanwhile."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    quiet = 0
    for _ in range(_LOOKS):
        found = list(_with_mark(f"{MARK}={mark}".encode()))
        for process in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        quiet = 0 if found else quiet + 1
        if quiet == _QUIET:
            return
        time.sleep(_EVERY)


def _with_mark(entry: bytes) -> Iterator[int]:
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended, or is another user's
            if entry in (folder / "environ").read_bytes().split(b"\0"):
                yield int(folder.name)


if __name__ == "__main__":
    _wait_and_end(sys.argv[1])
