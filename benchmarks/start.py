"""How long one waits for a command: wall time from starting a process to its end or its first decision."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figure, yes
from benchmarks.report import Section
from benchmarks.sizes import Sizes

DECIDED = 77
_UNTIL_FIRST_DECISION = f"""
import os, sys
from simdyhpo.cli.main import main
from simdyhpo.records import DecisionLog
DecisionLog.append = lambda *decision: os._exit({DECIDED})
sys.exit(main(sys.argv[1:]))
"""
_RUN = ("run", "--blackbox", "lcbench-fashion-mnist", "--scheduler", "asha", "--max-epochs", "1000")


def section(sizes: Sizes) -> Section:
    """Starts of Python itself and of our commands."""
    command = str(Path(sys.executable).with_name("simdyhpo"))
    report = Section(
        "Start",
        ("command", "wall, s", "CPU, s", "target, s", "met"),
        note="From the start of the process; `simdyhpo run` until the engine logs its first decision.",
    )
    with tempfile.TemporaryDirectory() as folder:
        run = [sys.executable, "-c", _UNTIL_FIRST_DECISION, *_RUN, "--out", f"{folder}/run"]
        for name, words, status, most in (
            ("python -c pass", [sys.executable, "-c", "pass"], 0, None),
            ("python -c 'import numpy'", [sys.executable, "-c", "import numpy"], 0, None),
            ("simdyhpo --help", [command, "--help"], 0, 0.3),
            ("simdyhpo blackbox list", [command, "blackbox", "list"], 0, 0.3),
            ("simdyhpo run --scheduler asha, first decision", run, DECIDED, 0.5),
        ):
            started(words, status)  # once for the disk's cache
            walls, cpus = zip(*(started(words, status) for _ in range(sizes.starts)), strict=True)
            wall, cpu = Figure.of(walls), Figure.of(cpus)
            target = ("-", "-") if most is None else (str(most), yes(wall.median <= most))
            report.rows.append((f"`{name}`", str(wall), str(cpu), *target))
    return report


def started(words: list[str], status: int) -> tuple[float, float]:
    """Wall and CPU seconds of one process, which must end with `status`."""
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    before, began = _children_cpu(), time.perf_counter()
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    wall = time.perf_counter() - began
    if done.returncode != status:
        raise RuntimeError(f"{words} ended with {done.returncode}, not {status}: {done.stderr}")
    return wall, _children_cpu() - before


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
