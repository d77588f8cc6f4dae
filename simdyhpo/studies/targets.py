"""How long it took until a regret was reached: run by run, and the median over runs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import pandas as pd

from simdyhpo.analysis.measures import Measure
from simdyhpo.studies.incumbents import study_runs
from simdyhpo.studies.measured import measured
from simdyhpo.studies.plan import Plan
from simdyhpo.studies.store import Store


class Reached(msgspec.Struct, frozen=True):
    """When a variant's runs reached a target.

    Attributes:
        variant: its label.
        runs: how many it has.
        reached: how many of them reached it.
        epochs, seconds: medians over all runs until then, simulated seconds; infinite where half or more
            never did.
    """

    variant: str
    runs: int
    reached: int
    epochs: float
    seconds: float


def reached_rows(plan: Plan, store: Store, measure: Measure, target: float) -> pd.DataFrame:
    """When each finished run first had a regret of at most `target`.

    Returns:
        One row for each run: blackbox, label, workers, cluster, seed, and epochs and seconds until then,
        infinite where it never came to that.

    Raises:
        OutputError: nothing is finished, or a file is damaged.
        SimdyhpoError: the measure can't be taken on all tables.
    """
    read = study_runs(plan, store)
    found = measured(read, plan.tables, measure)
    first = found[found["regret"] <= target].groupby("run")[["epochs", "seconds"]].first()
    names = ["blackbox", "label", "workers", "cluster", "seed"]
    return read.runs.set_index("run")[names].join(first).fillna({"epochs": np.inf, "seconds": np.inf})


def reached_by(rows: pd.DataFrame, labels: Sequence[str]) -> list[Reached]:
    """The medians of each variant that has a run.

    Args:
        rows: see `reached_rows`.
        labels: the variants, in order.
    """
    parts = ((label, rows[rows["label"] == label]) for label in labels)
    return [
        Reached(
            variant=label,
            runs=len(mine),
            reached=int(np.isfinite(mine["epochs"]).sum()),
            epochs=float(mine["epochs"].median()),
            seconds=float(mine["seconds"].median()),
        )
        for label, mine in parts
        if len(mine)
    ]
