"""How well a run chose what it trained: the efficiency analysis of arXiv 2202.09774, section 5.

Its three questions, of every budget i (resource 1..R):

- precision: of the configurations trained for at least i, how many belong to the table's best 1 %?
- regret: how good are the configurations trained for at least i, at i?
- risen: of those among the table's best third at i, how many were in its lower two thirds at some smaller
  budget, so that a rule which cuts on early ranks alone may have lost them?
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from simdyhpo.analysis.steps import lower_is_better, normalised_regret
from simdyhpo.tables.curves import CurveTable

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

TOP = 0.01
THIRD = 1 / 3


class TableRanks(msgspec.Struct, frozen=True):
    """What has to be known of a table to judge a choice of its configurations.

    Attributes:
        top: (n,) whether a configuration is in the best 1 % by the value at the end of its curve; ties at
            the edge belong to it.
        regret: (n, R) normalised regret of the value at each resource, 1 where it is not finite.
        good: (n, R) whether the value is in the best third at that resource, ties included.
        risen: (n, R) good, but not good at some smaller resource.
    """

    top: Bools
    regret: Floats
    good: Bools
    risen: Bools


def table_ranks(table: CurveTable) -> TableRanks:
    """Rank the configurations of a table at every resource; what is not finite comes last."""
    keys = lower_is_better(table.values, table.mode)
    exists = np.arange(table.max_resource) < table.lengths[:, None]
    keys = np.where(exists, keys, np.inf)
    regret = np.where(np.isfinite(keys), normalised_regret(table.values, table.best, table.worst), 1.0)
    last = keys[np.arange(len(table)), table.lengths - 1]
    good = _among_best(keys, THIRD)
    poor_before = np.zeros_like(good)
    poor_before[:, 1:] = np.logical_or.accumulate(~good, axis=1)[:, :-1]
    return TableRanks(_among_best(last[:, None], TOP)[:, 0], regret, good, good & poor_before)


def trained_until(configurations: Integers, resources: Integers, count: int) -> Integers:
    """The largest resource that a run reported for each configuration; 0 for those it never trained.

    Args:
        configurations, resources: (reports,) of each report.
        count: n, how many configurations the table has.

    Returns:
        (n,)
    """
    reached = np.zeros(count, dtype=np.int64)
    np.maximum.at(reached, configurations, resources)
    return reached


def efficiency(ranks: TableRanks, reached: Sequence[Integers]) -> pd.DataFrame:
    """Counts of what some runs on one table trained, all runs together.

    Counting together gives each trained configuration the same weight, so a run that trained none so far
    doesn't have to be left out.

    Args:
        ranks: of the table.
        reached: of each run, see `trained_until`.

    Returns:
        One row for each resource: resource, runs, trained (configurations trained at least so far), top (of
        these in the table's best 1 %), regret_sum (of these, at that resource), good and risen (of these).
    """
    resources = np.arange(1, ranks.regret.shape[1] + 1)
    until = np.concatenate(reached)
    mine = np.concatenate([np.flatnonzero(run) for run in reached])  # few of a table's are ever trained
    trained = until[until > 0, None] >= resources
    return pd.DataFrame(
        {
            "resource": resources,
            "runs": len(reached),
            "trained": trained.sum(axis=0),
            "top": (trained & ranks.top[mine, None]).sum(axis=0),
            "regret_sum": np.where(trained, ranks.regret[mine], 0.0).sum(axis=0),
            "good": (trained & ranks.good[mine]).sum(axis=0),
            "risen": (trained & ranks.risen[mine]).sum(axis=0),
        }
    )


def efficiency_curves(counts: pd.DataFrame) -> pd.DataFrame:
    """The three shares by label and resource: those of each blackbox' runs together, then their mean.

    A number is given only where every blackbox has one: a mean over those that got furthest would be one over
    other problems.

    Args:
        counts: rows of `efficiency` with label and blackbox.

    Returns:
        One row for each label and resource: label, resource, blackboxes (how many trained any so far),
        trained (mean number of configurations a run), precision, regret, risen; NaN as said above.
    """
    trained, good = counts["trained"].where(counts["trained"] > 0), counts["good"].where(counts["good"] > 0)
    shares = pd.DataFrame(
        {
            "label": counts["label"],
            "resource": counts["resource"],
            "blackboxes": counts["trained"] > 0,
            "trained": counts["trained"] / counts["runs"],
            "precision": counts["top"] / trained,
            "regret": counts["regret_sum"] / trained,
            "risen": counts["risen"] / good,
        }
    )
    by = shares.groupby(["label", "resource"], sort=False)
    found = by.mean().assign(blackboxes=by["blackboxes"].sum())
    for name in ("precision", "regret", "risen"):
        found[name] = found[name].where(by[name].count() == by.size())
    # Nothing is smaller than the first resource: nobody can have risen there.
    first = found.index.get_level_values("resource") == 1
    found.loc[first, "risen"] = np.nan
    return found.reset_index()


def _among_best(keys: Floats, share: float) -> Bools:
    """Column by column: whether a key is one of the lowest `share` of all, or equal to the last of these."""
    ranks = rankdata(keys, method="min", axis=0)
    good: Bools = (ranks <= max(1, round(share * len(keys)))) & np.isfinite(keys)
    return good
