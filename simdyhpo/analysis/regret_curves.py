"""Mean regret, mean rank and targets reached, along an axis of budget: runs first, then blackboxes.

All functions take `runs`, a frame with a row for each run (blackbox, label, seed), and `values`, an array of
shape (runs, points): something of each run at each point of an axis, in the order of the rows. Runs should
be balanced (`simdyhpo.analysis.balance`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from simdyhpo.analysis.marks import NO_INCUMBENT
from simdyhpo.analysis.statistics import MeanInterval, bootstrap_mean, bootstrap_nested_mean
from simdyhpo.analysis.steps import Steps

Floats = npt.NDArray[np.float64]
BudgetAxis = Literal["epochs", "seconds", "total_seconds"]
"""Reports so far; simulated seconds; simulated seconds and what the method itself took on the host."""


class SeedMeans(msgspec.Struct, frozen=True):
    """Means over seeds.

    Attributes:
        blackboxes, labels: names along the first two axes.
        values: (blackboxes, labels, points); NaN where a label has no run on a blackbox.
    """

    blackboxes: list[str]
    labels: list[str]
    values: Floats


def sampled(  # noqa: PLR0913 - a run's parts and an axis' parts
    runs: pd.DataFrame,
    incumbents: pd.DataFrame,
    axis: BudgetAxis,
    points: npt.ArrayLike,
    scale: Mapping[str, float] | None = None,
    none: Mapping[str, float] | None = None,
) -> Floats:
    """The incumbent's regret of every run at the points: (runs, points).

    A run that ended keeps its last incumbent, since it has spent its budget; one that has no finite report
    yet counts as the worst.

    Args:
        runs: with the column run.
        incumbents: one row for each improvement of a run, in order: run, regret, and the axis' column.
        axis: which column runs along the axis.
        points: where to look, rising.
        scale: by blackbox, what one unit of `points` is there; 1 if not given.
        none: by blackbox, the regret of a run without an incumbent; `NO_INCUMBENT` if not given.
    """
    where = np.asarray(points, dtype=np.float64)
    known = {
        run: Steps(part[axis].to_numpy(dtype=np.float64), part["regret"].to_numpy(dtype=np.float64))
        for run, part in incumbents.groupby("run", sort=False)
    }
    found = np.empty((len(runs), where.size))
    for row, (run, blackbox) in enumerate(zip(runs["run"], runs["blackbox"], strict=True)):
        found[row] = NO_INCUMBENT if none is None else none[blackbox]
        if run in known:
            at = known[run].at(where * (1.0 if scale is None else scale[blackbox]))
            found[row] = np.where(np.isnan(at), found[row], at)
    return found


def seed_means(runs: pd.DataFrame, values: Floats, labels: Sequence[str]) -> SeedMeans:
    """The mean over the seeds of each label on each blackbox."""
    blackboxes = list(dict.fromkeys(runs["blackbox"]))
    means = np.full((len(blackboxes), len(labels), values.shape[1]), np.nan)
    for place, blackbox in enumerate(blackboxes):
        here = (runs["blackbox"] == blackbox).to_numpy()
        for column, label in enumerate(labels):
            mine = here & (runs["label"] == label).to_numpy()
            if mine.any():
                means[place, column] = values[mine].mean(axis=0)
    return SeedMeans(blackboxes, list(labels), means)


def mean_curves(runs: pd.DataFrame, values: Floats, labels: Sequence[str]) -> dict[str, MeanInterval]:
    """The mean over seeds, then over blackboxes, by label; blackboxes count alike whatever their runs.

    The interval (95 %) is bootstrapped in two stages: blackboxes are drawn, and seeds within each.
    """
    curves = {}
    for label in labels:
        mine = (runs["label"] == label).to_numpy()
        if mine.any():
            curves[label] = bootstrap_nested_mean(values[mine], runs.loc[mine, "blackbox"].tolist())
    return curves


def ranks(means: SeedMeans) -> Floats:
    """(blackboxes, labels, points): the rank of each label's mean over seeds, 1 the lowest; equals share."""
    return np.asarray(rankdata(means.values, axis=1), dtype=np.float64)


def rank_curves(means: SeedMeans) -> dict[str, MeanInterval]:
    """The mean rank over blackboxes by label. The interval (95 %) is bootstrapped over blackboxes."""
    found = ranks(means)
    return {label: bootstrap_mean(found[:, column]) for column, label in enumerate(means.labels)}


def targets_reached(values: Floats, targets: npt.ArrayLike) -> Floats:
    """The share of regret targets that each run has reached by each point: (runs, points) in [0, 1].

    The mean over runs is the empirical distribution function of the budget that a target takes, over all
    pairs of run and target; pairs that are never reached keep it below 1 (COCO, Hansen et al. 2021).
    """
    levels = np.sort(np.asarray(targets, dtype=np.float64))
    below = np.searchsorted(levels, values, side="left")
    return (levels.size - below) / levels.size
