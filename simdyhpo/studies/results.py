"""A study's logs as tidy rows: one for each run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from simdyhpo.analysis.incumbents import regret_steps, trajectory
from simdyhpo.errors import OutputError
from simdyhpo.studies.spec import Study
from simdyhpo.traces.manifest import MANIFEST
from simdyhpo.traces.read import read_run

SHARES = (0.1, 0.3, 0.5, 1.0)
"""At which shares of the budget of epochs regret is noted."""

FLOOR = 1e-4
"""Regrets below it count as it where their logarithm is taken."""


def collect(study: Study, folder: Path) -> pd.DataFrame:
    """One row for each finished run.

    Returns:
        Columns table, label, workers, seed, epochs, decisions, trials, ended_by, seconds_per_decision
        (host), area (mean regret over the budget's epochs, the last one repeated where a run ended early),
        log10_regret (of the last regret, not below `FLOOR`), and regret_S at each share S of the budget.

    Raises:
        OutputError: no run is there, or one is damaged.
    """
    rows = [
        _row(study, folder / cell.folder) | {"table": cell.table, "label": cell.variant.label}
        for cell in study.cells()
        if (folder / cell.folder / MANIFEST).exists()
    ]
    if not rows:
        raise OutputError(f"{folder}: holds no run of study {study.name!r}; run it first")
    first = ["table", "label", "workers", "seed"]
    frame = pd.DataFrame(rows)
    return frame[first + [name for name in frame.columns if name not in first]]


def paired(
    rows: pd.DataFrame, label: str, baseline: str, column: str
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """`column` of `label` minus that of `baseline`, for every (table, workers, seed) that both have."""
    keys = ["table", "workers", "seed"]
    mine = rows[rows["label"] == label].set_index(keys)[column]
    theirs = rows[rows["label"] == baseline].set_index(keys)[column]
    difference: np.ndarray[tuple[int], np.dtype[np.float64]] = (
        (mine - theirs).dropna().to_numpy(dtype=np.float64)
    )
    return difference


def budget_epochs(study: Study, counted: Sequence[int]) -> int:
    """The epochs over which regret is compared: the budget, or the most that a run had."""
    return study.budget.max_epochs or max(counted)


def _row(study: Study, folder: Path) -> dict[str, object]:
    run = read_run(folder)
    manifest = run.manifest
    box = manifest.spec.blackbox
    path = trajectory(run.reports, box["mode"], box["best"], box["worst"])
    epochs = budget_epochs(study, [manifest.counts.epochs])
    regrets = regret_steps(path, "epochs").at(np.arange(1, epochs + 1))
    marks = {f"regret_{share:g}": float(regrets[round(share * epochs) - 1]) for share in SHARES}
    decisions = manifest.counts.decisions
    return {
        "workers": manifest.spec.workers,
        "seed": manifest.spec.seed,
        "epochs": manifest.counts.epochs,
        "decisions": decisions,
        "trials": manifest.counts.trials,
        "ended_by": manifest.ended_by,
        "seconds_per_decision": run.wall_seconds / max(decisions, 1),
        "area": float(np.nanmean(regrets)),
        "log10_regret": float(np.log10(max(float(regrets[-1]), FLOOR))),
        **marks,
    }
