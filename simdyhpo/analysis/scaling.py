"""What more workers cost and gain: regret for the same training, and time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simdyhpo.analysis.statistics import bootstrap_nested_mean


def worker_scaling(runs: pd.DataFrame) -> pd.DataFrame:
    """Final regret and speed-up by label and number of workers.

    Args:
        runs: one row for each run: blackbox, label, workers, seed, regret (the last), seconds (simulated,
            until the end of the budget). Balanced.

    Returns:
        One row for each label and number of workers: label, workers, runs; regret with regret_low and
        regret_high (see `bootstrap_nested_mean`); speed_up (how many times sooner the same budget is spent
        than with the label's smallest number of workers: geometric mean over blackboxes and seeds).
    """
    rows = []
    for label, mine in runs.groupby("label", sort=False):
        alone = mine[mine["workers"] == mine["workers"].min()].set_index(["blackbox", "seed"])["seconds"]
        for workers, crowd in mine.groupby("workers"):
            interval = bootstrap_nested_mean(crowd[["regret"]], crowd["blackbox"].tolist())
            together = crowd.set_index(["blackbox", "seed"])["seconds"]
            ratio = (alone / together).dropna()
            rows.append(
                {
                    "label": label,
                    "workers": workers,
                    "runs": len(crowd),
                    "regret": float(interval.mean[0]),
                    "regret_low": float(interval.low[0]),
                    "regret_high": float(interval.high[0]),
                    "speed_up": float(np.exp(np.log(ratio).mean())),
                }
            )
    return pd.DataFrame(rows)
