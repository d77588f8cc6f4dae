"""How long a shipped table takes to be there: checked, checked and kept, and mapped from the cache."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable

from benchmarks.figures import Figure, yes
from benchmarks.report import Section
from benchmarks.sizes import Sizes
from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.tables.mapped import CACHE_VARIABLE

TABLES = ("lcbench-covertype", "lcbench-car", "taskset-patch32-gru128-bs128")
FIRST_MS, LATER_MS = 100, 10
"""Targets."""


def section(sizes: Sizes) -> Section:
    """Loads of each of `TABLES`."""
    report = Section(
        f"Loading a shipped table ({FIRST_MS} ms at first, {LATER_MS} ms later)",
        ("table", "without a cache, ms", "at first, ms", "later, ms", "met"),
        note="`load_blackbox` in a process that has loaded a table before. At first: read, checked, and kept "
        "in an empty cache. Later: mapped from there. CPU time.",
    )
    load_blackbox(TABLES[0])  # imports what is needed
    before = os.environ.get(CACHE_VARIABLE)
    try:
        for name in TABLES:
            os.environ[CACHE_VARIABLE] = ""
            plain = _milliseconds(sizes.starts, name, lambda: None)
            with tempfile.TemporaryDirectory() as folder:
                new = iter(range(sizes.starts))
                first = _milliseconds(sizes.starts, name, lambda: _use(f"{folder}/{next(new)}"))  # noqa: B023
                later = _milliseconds(sizes.starts, name, lambda: None)
            met = yes(first.median <= FIRST_MS and later.median <= LATER_MS)
            report.rows.append((f"`{name}`", str(plain), str(first), str(later), met))
    finally:
        if before is None:
            os.environ.pop(CACHE_VARIABLE, None)
        else:
            os.environ[CACHE_VARIABLE] = before
    return report


def _use(folder: str) -> None:
    os.environ[CACHE_VARIABLE] = folder


def _milliseconds(times: int, name: str, prepare: Callable[[], None]) -> Figure:
    """CPU milliseconds of some loads, before each of which something is prepared."""
    found = []
    for _ in range(times):
        prepare()
        began = time.process_time()
        load_blackbox(name)
        found.append(1000 * (time.process_time() - began))
    return Figure.of(found)
