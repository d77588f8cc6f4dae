"""The demo's figure: rows are tables, columns numbers of workers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from simdyhpo.analysis.anytime import mean_steps
from simdyhpo.analysis.floor import floor
from simdyhpo.analysis.incumbents import Axis, regret_steps
from simdyhpo.demo.summary import LoggedRun
from simdyhpo.drawing.anytime import Panel, anytime_figure
from simdyhpo.drawing.canvas import save_figure
from simdyhpo.tables.blackboxes import cautions, load_blackbox


def draw(runs: Sequence[LoggedRun], folder: Path, stem: str = "anytime", *, caption: bool = True) -> None:
    """Write `anytime.png` and `anytime.svg` (or another stem) into `folder`.

    Args:
        runs: of the demo.
        folder, stem: where to.
        caption: whether the figure has it inside; else `anytime.md` has it.

    Raises:
        OutputError: the folder can't be written.
    """
    tables = dict.fromkeys(run.spec.blackbox["name"] for run in runs)
    workers = dict.fromkeys(run.spec.workers for run in runs)
    rows = [
        [
            _panel([run for run in runs if (run.spec.blackbox["name"], run.spec.workers) == (table, count)])
            for count in workers
        ]
        for table in tables
    ]
    save_figure(anytime_figure(rows, note=_note(runs)), folder, stem, caption=caption)


def _panel(runs: Sequence[LoggedRun]) -> Panel:
    """One table with one number of workers: against epochs for a single worker, against time for several."""
    spec = runs[0].spec
    axis: Axis = "epochs" if spec.workers == 1 else "seconds"
    schedulers = dict.fromkeys(run.scheduler for run in runs)
    surrogate = " (surrogate)" if spec.blackbox["kind"] == "surrogate" else ""
    crowd = "1 worker" if spec.workers == 1 else f"{spec.workers} workers*"
    return Panel(
        title=f"{spec.blackbox['name']}{surrogate}, {crowd}",
        curves={
            name: mean_steps([regret_steps(run.trajectory, axis) for run in runs if run.scheduler == name])
            for name in schedulers
        },
        floor=floor(load_blackbox(spec.blackbox["name"]), axis),
        x_label="epochs trained" if axis == "epochs" else "simulated time (s)",
        log_x=axis == "seconds",
    )


def _note(runs: Sequence[LoggedRun]) -> str:
    seeds = len({run.spec.seed for run in runs})
    mean = "One seed." if seeds == 1 else f"Mean over {seeds} seeds; shaded: its 95 % bootstrap interval."
    epochs = runs[0].spec.budget.max_epochs
    lines = [f"{mean} Each run trains {epochs} epochs; a dot marks a scheduler's last report."]
    lines += cautions(run.spec.blackbox for run in runs)
    if any(run.spec.workers > 1 for run in runs):
        lines.append("* DyHPO on more than one worker is our extension; the paper has one worker.")
    return "\n".join(lines)
