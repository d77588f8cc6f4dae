"""How the cost of a run grows with its decisions, and what a decision and a trial take in memory."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np

from benchmarks.figures import Figure, short, yes
from benchmarks.replay import FORMS, cpu_seconds, grid_table
from benchmarks.report import Section
from benchmarks.sizes import Sizes
from simdyhpo import CurveTable, simulate

WORKERS = 64
MOST_SLOPE = 1.1
MOST_MEGABYTES = 1_000


def growth_section(sizes: Sizes) -> Section:
    """CPU time of runs of several lengths, and the slope of its logarithm."""
    table = grid_table()
    lengths = [f"{n:,} decisions, s" for n in sizes.growth]
    report = Section(
        f"Growth: the same table, {WORKERS} workers, ended by a budget of decisions",
        ("scheduler", *lengths, "slope of the log-log fit (1.1)", "met"),
        note="The slope is fitted to each repeat by itself. CPU time.",
    )
    for form, scheduler in FORMS.items():
        repeats = [[seconds(table, form, n) for n in sizes.growth] for _ in range(sizes.repeats)]
        slopes = Figure.of([slope(sizes.growth, times) for times in repeats])
        columns = [str(Figure.of(times)) for times in zip(*repeats, strict=True)]
        report.rows.append((scheduler, *columns, str(slopes), yes(slopes.median <= MOST_SLOPE)))
    return report


def seconds(table: CurveTable, form: str, decisions: int) -> float:
    """CPU seconds of a run of so many decisions."""
    return cpu_seconds(
        lambda: simulate(
            table, FORMS[form], workers=WORKERS, max_decisions=decisions, sampling="with-replacement"
        )
    )


def slope(sizes: tuple[int, ...], times: list[float]) -> float:
    """Of the straight line through (log size, log time)."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])


def memory_section(sizes: Sizes) -> Section:
    """Resident memory of long runs, each in a process of its own."""
    report = Section(
        f"Memory: {sizes.memory:,} decisions, {WORKERS} workers",
        ("scheduler", "bytes a decision", "bytes a trial", "peak, MB (1,000)", "with reports, MB", "met"),
        note="Bytes a decision: by how much peak resident memory grew, over the decisions. Bytes a trial: "
        "the same without the decision log's 56 bytes a decision, over the trials. The peak includes Python, "
        "numpy and the table; with reports: after the columns of all reports were made.",
    )
    for form, scheduler in FORMS.items():
        runs = [_memory_of(form, sizes.memory) for _ in range(sizes.repeats)]
        by_name = {name: Figure.of([one[name] for one in runs]) for name in runs[0]}
        report.rows.append(
            (
                scheduler,
                short(by_name["a_decision"].median),
                short(by_name["a_trial"].median),
                str(by_name["peak_mb"]),
                str(by_name["reports_mb"]),
                yes(by_name["reports_mb"].high < MOST_MEGABYTES),
            )
        )
    return report


def _memory_of(form: str, decisions: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.memory", form, str(decisions)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured
