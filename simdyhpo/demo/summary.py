"""From the demo's logs to numbers: one cell for each table, number of workers and scheduler."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd

from simdyhpo.analysis.decision_shares import decision_counts
from simdyhpo.analysis.incumbents import trajectory
from simdyhpo.analysis.marks import NO_INCUMBENT
from simdyhpo.analysis.statistics import bootstrap_mean
from simdyhpo.demo.grid import label_of
from simdyhpo.drawing.style import SCHEDULERS
from simdyhpo.errors import OutputError, cant_write
from simdyhpo.runs.spec import RunSpec
from simdyhpo.traces.manifest import to_json
from simdyhpo.traces.read import read_run
from simdyhpo.units import NANOSECONDS


class LoggedRun(msgspec.Struct, frozen=True, kw_only=True):
    """What the summary and the figure need of one run, taken from its logs.

    Attributes:
        spec: what was asked.
        scheduler: its label, see `label_of`.
        trajectory: how the incumbent improved.
        decisions: counts by kind.
        epochs, simulated_seconds: how much was trained, and when it ended.
    """

    spec: RunSpec
    scheduler: str
    trajectory: pd.DataFrame
    decisions: dict[str, int]
    epochs: int
    simulated_seconds: float

    @property
    def cell(self) -> tuple[str, int, str]:
        """Table, workers and scheduler."""
        return self.spec.blackbox["name"], self.spec.workers, self.scheduler


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """All seeds of one scheduler on one table with one number of workers.

    Attributes:
        table, workers, scheduler: which ones.
        max_epochs: each run's budget.
        seeds: of the runs, in order.
        regrets: final normalised regret of each.
        regret, regret_low, regret_high: their mean and its 95 % bootstrap interval (NaN for a single run).
        epochs, simulated_seconds: sums over the runs.
        decisions: counts by kind over all runs.
    """

    table: str
    workers: int
    scheduler: str
    max_epochs: int | None
    seeds: list[int]
    regrets: list[float]
    regret: float
    regret_low: float
    regret_high: float
    epochs: int
    simulated_seconds: float
    decisions: dict[str, int]


def load_runs(folder: Path) -> list[LoggedRun]:
    """All runs below `folder`, sorted by table, workers, scheduler (as in legends) and seed.

    Raises:
        OutputError: a run's logs are damaged, or there are none.
    """
    runs = [_load(manifest.parent) for manifest in sorted(folder.glob("*/*/manifest.json"))]
    if not runs:
        raise OutputError(f"{folder}: holds no runs; give the folder that a demo wrote its runs to")
    ranks = {name: rank for rank, name in enumerate(SCHEDULERS)}

    def key(run: LoggedRun) -> tuple[str, int, int, str, int]:
        table, workers, scheduler = run.cell
        return table, workers, ranks.get(scheduler, len(ranks)), scheduler, run.spec.seed

    return sorted(runs, key=key)


def summarise(runs: Sequence[LoggedRun]) -> list[Cell]:
    """One cell for each combination of table, workers and scheduler, in the order of `runs`."""
    groups: dict[tuple[str, int, str], list[LoggedRun]] = {}
    for run in runs:
        groups.setdefault(run.cell, []).append(run)
    return [_cell(group) for group in groups.values()]


def write_summary(cells: Sequence[Cell], folder: Path) -> None:
    """Write `summary.json` (everything) and `summary.csv` (one row for each cell) into `folder`.

    Raises:
        OutputError: the folder can't be written.
    """
    rows = [
        {
            name: value
            for name, value in msgspec.structs.asdict(cell).items()
            if name not in ("decisions", "regrets")
        }
        | {"seeds": len(cell.seeds)}
        | cell.decisions
        for cell in cells
    ]
    text = pd.DataFrame(rows).to_csv(index=False, lineterminator="\n")
    try:
        (folder / "summary.csv").write_text(text, encoding="utf-8")
        (folder / "summary.json").write_bytes(to_json(list(cells)))
    except OSError as error:
        raise cant_write(folder, error) from None


def _load(folder: Path) -> LoggedRun:
    run = read_run(folder)
    spec = run.manifest.spec
    best, worst = spec.blackbox["best"], spec.blackbox["worst"]
    return LoggedRun(
        spec=spec,
        scheduler=label_of(spec.scheduler, spec.options),
        trajectory=trajectory(run.reports, spec.blackbox["mode"], best, worst),
        decisions=decision_counts(run.decisions),
        epochs=len(run.reports),
        simulated_seconds=run.manifest.end_ns / NANOSECONDS,
    )


def _cell(runs: Sequence[LoggedRun]) -> Cell:
    table, workers, scheduler = runs[0].cell
    ends = [run.trajectory["regret"].iloc[-1:].to_list() or [NO_INCUMBENT] for run in runs]
    regrets = [float(end) for (end,) in ends]
    interval = bootstrap_mean(np.array(regrets)[:, None])
    return Cell(
        table=table,
        workers=workers,
        scheduler=scheduler,
        max_epochs=runs[0].spec.budget.max_epochs,
        seeds=[run.spec.seed for run in runs],
        regrets=regrets,
        regret=float(interval.mean[0]),
        regret_low=float(interval.low[0]),
        regret_high=float(interval.high[0]),
        epochs=sum(run.epochs for run in runs),
        simulated_seconds=sum(run.simulated_seconds for run in runs),
        decisions={kind: sum(run.decisions[kind] for run in runs) for kind in runs[0].decisions},
    )
