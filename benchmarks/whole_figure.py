"""What the paper's LCBench figure would take on two cores, extrapolated from the shipped tables."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.figures import Figure, yes
from benchmarks.replay import cpu_seconds
from benchmarks.report import Section
from benchmarks.sizes import Sizes
from simdyhpo import load_blackbox, simulate
from simdyhpo.traces.write import write_run

TABLES = ("lcbench-christine", "lcbench-covertype", "lcbench-fashion-mnist")
TASKS, SEEDS, CORES = 34, 10, 2
BASELINES = ("random", "asha", "asha-stopping")
MOST_MINUTES, MOST_BASELINE_MINUTES = 90, 2


def section(sizes: Sizes) -> Section:
    """Minutes of all runs, from seconds a run."""
    one_run("dyhpo", TABLES[0], 0, 12)  # loads what is loaded late
    a_run = {
        scheduler: [mean_run(scheduler, seed, sizes.figure_epochs) for seed in range(sizes.figure_seeds)]
        for scheduler in ("dyhpo", *BASELINES)
    }
    report = Section(
        f"The whole figure: LCBench, {TASKS} tasks x {SEEDS} seeds x {sizes.figure_epochs:,} epochs",
        ("runs", "s a run", "minutes on 2 cores (extrapolated)", "target, minutes", "met"),
        note="A run: load the table, simulate with one worker, write all logs; mean over "
        f"{', '.join(TABLES)}. Minutes: {TASKS} x {SEEDS} runs of each scheduler on {CORES} cores that don't "
        "slow each other down. Runs: different seeds. CPU time.",
    )
    for scheduler, seconds in a_run.items():
        report.rows.append((scheduler, str(Figure.of(seconds)), str(minutes([seconds])), "-", "-"))
    for name, schedulers, most in (
        ("all baselines", BASELINES, MOST_BASELINE_MINUTES),
        ("DyHPO and all baselines", tuple(a_run), MOST_MINUTES),
    ):
        total = minutes([a_run[scheduler] for scheduler in schedulers])
        report.rows.append((name, "-", str(total), f"under {most}", yes(total.median < most)))
    return report


def minutes(a_run: Sequence[Sequence[float]]) -> Figure:
    """Of all runs on all cores, from (schedulers, seeds) seconds a run."""
    by_seed = [sum(seconds) for seconds in zip(*a_run, strict=True)]
    return Figure.of(by_seed).times(TASKS * SEEDS / CORES / 60)


def mean_run(scheduler: str, seed: int, epochs: int) -> float:
    """CPU seconds of a run, averaged over the tables."""
    return sum(one_run(scheduler, table, seed, epochs) for table in TABLES) / len(TABLES)


def one_run(scheduler: str, name: str, seed: int, epochs: int) -> float:
    """CPU seconds of one run from the table's file to the written logs."""
    options = {"probability_sh": 0.0} if scheduler == "dyhpo" else {}

    def whole(folder: Path) -> None:
        result = simulate(load_blackbox(name), scheduler, seed=seed, max_epochs=epochs, options=options)
        write_run(result, folder)

    with tempfile.TemporaryDirectory() as folder:
        return cpu_seconds(lambda: whole(Path(folder) / "run"))
