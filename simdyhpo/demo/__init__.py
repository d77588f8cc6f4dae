"""The demo: DyHPO, ASHA and random search on shipped tables, from runs to figure."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from pathlib import Path

from simdyhpo.demo.cells import run_cells
from simdyhpo.demo.grid import FULL, SMALL
from simdyhpo.errors import OptionError, OutputError, cant_write
from simdyhpo.studies.spec import Study

__all__ = ["compare", "run_demo"]

_OUTPUTS = ("runs", "anytime.png", "anytime.svg", "anytime.md", "summary.csv", "summary.json")


def run_demo(  # noqa: PLR0913 - what a demo is told
    out: Path,
    *,
    small: bool,
    jobs: int,
    show: Callable[[str], None],
    captions: bool = True,
    stopwatch: Callable[[], float] = time.perf_counter,  # noqa: TID251 - for the line that says how long it took
) -> None:
    """Run the schedulers on shipped tables, show the comparison, write figure, summary and logs into `out`.

    Args:
        out: a folder without a demo; it is made if needed.
        small: one small table, one seed and 60 epochs instead of the full comparison.
        jobs: number of processes; the results don't depend on it.
        show: gets the report, a line or more at a time.
        captions: whether the figure has its caption inside; else it stands beside it, in anytime.md.
        stopwatch: host seconds.

    Raises:
        OutputError: `out` already holds a demo, or can't be written.
        OptionError: `jobs` is less than 1.
    """
    compare(SMALL if small else FULL, out, jobs=jobs, show=show, captions=captions, stopwatch=stopwatch)


def compare(  # noqa: PLR0913 - what a demo is told
    grid: Study,
    out: Path,
    *,
    jobs: int,
    show: Callable[[str], None],
    stopwatch: Callable[[], float],
    captions: bool = True,
) -> None:
    """Run a grid, then report it from the logs it wrote. See `run_demo`.

    Every run is on disk as soon as it ends, under `runs/`; figure, tables and summary are made from these
    logs alone, so an interrupted demo loses no finished run. Where PyTorch can't be loaded, it warns and does
    without the schedulers that have a model.
    """
    if jobs < 1:
        raise OptionError("jobs", jobs, "give at least one process")
    _claim(out)
    started = stopwatch()
    if (left_out := run_cells(grid, out / "runs", jobs)) is not None:
        warnings.warn(f"the demo goes on without DyHPO: {left_out}", stacklevel=2)
    wall_seconds = stopwatch() - started
    # pandas and matplotlib are for who reports: the simulating processes start without them.
    from simdyhpo.demo.figure import draw
    from simdyhpo.demo.report import decision_lines, regret_lines, replay_line
    from simdyhpo.demo.summary import load_runs, summarise, write_summary

    runs = load_runs(out / "runs")
    cells = summarise(runs)
    write_summary(cells, out)
    draw(runs, out, caption=captions)
    for lines in (regret_lines(cells), decision_lines(cells)):
        show("\n".join([*lines, ""]))
    show(replay_line(cells, wall_seconds, jobs))
    show(f"Figure, summary and the logs of every run: {out}")


def _claim(out: Path) -> None:
    """Make the folder, unless it holds a demo or part of one."""
    held = [name for name in _OUTPUTS if (out / name).exists()]
    if held:
        raise OutputError(
            f"{out}: already holds a demo ({held[0]}), which is left as it is and can't be continued; "
            "choose another folder or remove this one"
        )
    try:
        (out / "runs").mkdir(parents=True)
    except OSError as error:
        raise cant_write(out, error) from None
