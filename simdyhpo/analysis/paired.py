"""Differences between variants, run against run: the same blackbox, number of workers and seed.

Pairing takes out what both runs share. Most of the spread of regrets lies between blackboxes, so differences
show what two separate intervals would hide.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from simdyhpo.analysis.holm import holm
from simdyhpo.analysis.order_flips import PairedRuns, order_flips
from simdyhpo.analysis.statistics import bootstrap_mean

Floats = npt.NDArray[np.float64]

PAIR = ["blackbox", "workers", "seed"]
"""What the two runs of a pair have in common; the cluster, too, where rows say it."""


class Differences(msgspec.Struct, frozen=True):
    """What pairing gave.

    Attributes:
        values: (pairs,) one difference for each pair, in the order of the label's rows; none is NaN.
        dropped: how many further pairs have a NaN on either side.
    """

    values: Floats
    dropped: int


def paired_differences(rows: pd.DataFrame, label: str, baseline: str, column: str) -> Differences:
    """`column` of `label` minus that of `baseline`, for every (blackbox, workers, seed) that both have.

    Args:
        rows: one row for each run: blackbox, label, workers, seed, and `column`.
        label: the variant looked at.
        baseline: the variant it is held against.
        column: the name of a column of numbers.

    Raises:
        pandas.errors.MergeError: a variant has two rows for the same (blackbox, workers, seed).
    """
    both = pairs_of(rows, label, baseline, column)
    values = both["difference"].to_numpy(dtype=np.float64)
    known = ~np.isnan(values)
    return Differences(values[known], int((~known).sum()))


def pairs_of(rows: pd.DataFrame, label: str, baseline: str, column: str) -> pd.DataFrame:
    """A row for each pair, in the order of the label's rows: what both have in common, and `difference`.

    Args, Raises: see `paired_differences`; of a pair with a NaN, the difference is NaN.
    """
    pair = [*PAIR, "cluster"] if "cluster" in rows else PAIR
    mine = rows.loc[rows["label"] == label, [*pair, column]]
    theirs = rows.loc[rows["label"] == baseline, [*pair, column]]
    both = mine.merge(theirs, on=pair, suffixes=("_mine", "_theirs"), validate="one_to_one")
    return both[pair].assign(difference=both[f"{column}_mine"] - both[f"{column}_theirs"])


def paired_runs(rows: pd.DataFrame, label: str, baseline: str, column: str) -> PairedRuns:
    """The differences of `column`, label minus baseline, of the runs that both have.

    Args:
        rows, label, baseline, column: see `paired_differences`.
    """
    pairs = pairs_of(rows, label, baseline, column).dropna(subset=["difference"])
    grouped = pairs.groupby("blackbox", sort=False)["difference"]
    parts = [part.to_numpy(dtype=np.float64) for _, part in grouped]
    counts = np.array([part.size for part in parts], dtype=np.int64)
    return PairedRuns(np.concatenate(parts) if parts else np.empty(0), counts)


def paired_tests(rows: pd.DataFrame, labels: Iterable[str], baseline: str, column: str) -> pd.DataFrame:
    """Every label against the baseline: the mean difference, its interval, and a test.

    The test is Wilcoxon's signed-rank test, two-sided: it asks whether differences lie around zero, and needs
    no normal distribution. Pairs without a difference say nothing in it and are left out, as in Wilcoxon's
    own version; if there are no others, p is 1.

    The interval is bootstrapped over pairs, drawn whole. So, like the test, it speaks about more seeds on
    these blackboxes in these proportions; it is too hopeful about a blackbox never seen.

    Args:
        rows: see `paired_differences`.
        labels: the variants, in the order of the result.
        baseline: the variant they are held against. Among the labels it gets a row, but no test.
        column: what is compared. Ranks go by the size of a difference: where blackboxes differ in scale, take
            a logarithm, or those of the largest scale decide.

    Returns:
        One row for each label: label; pairs; dropped (pairs lost to a NaN); difference (the mean over pairs;
        negative: the label has less), low and high (95 % bootstrap interval of it, NaN with a single pair);
        flips (how often the sign would be the other, see `order_flips`); p; p_least (see `least_p`); p_holm
        (Holm's correction over the rows of this call; a NaN is no member of that family); p_least_holm (what
        p_holm could have been at least). Without a pair, numbers from difference on are NaN.
    """
    frame = pd.DataFrame(
        [_tested(rows, label, baseline, column) for label in labels],
        columns=["label", "pairs", "dropped", "difference", "low", "high", "flips", "p", "p_least"],
    )
    for name in ("p", "p_least"):
        frame[f"{name}_holm"] = holm(frame[name].to_numpy(dtype=np.float64))
    return frame


def signed_rank(differences: npt.ArrayLike) -> float:
    """The p value of Wilcoxon's two-sided signed-rank test: 1 if all are zero, NaN if there are none."""
    values = np.asarray(differences, dtype=np.float64)
    if not values.size:
        return float("nan")
    values = values[values != 0]  # as the test would; older versions of scipy then warn about it
    if not values.size:
        return 1.0
    alike = np.unique(np.abs(values)).size < values.size and not np.isnan(values).any()
    if alike and values.size <= _COUNTED:
        return _by_counting(values)
    from scipy.stats import wilcoxon  # here, so that commands without a test start quickly

    return float(wilcoxon(values).pvalue)


_COUNTED = 13
"""Up to so many pairs, two of them alike, all signs are counted. scipy's newer versions do that, too, one
after the other; older ones take the normal distribution for it."""


def _by_counting(values: npt.NDArray[np.float64]) -> float:
    """The exact p value of `signed_rank` where sizes are alike, by all 2**n signs that n pairs could have.

    Args:
        values: (n,), none of them 0 or NaN.
    """
    from scipy.stats import rankdata

    ranks = rankdata(np.abs(values))  # halves of whole numbers: their sums are exact
    signs = np.arange(2**values.size)[:, None] >> np.arange(values.size) & 1
    sums, found = signs @ ranks, ranks[values > 0].sum()
    return min(1.0, 2 * min(float(np.mean(sums <= found)), float(np.mean(sums >= found))))


def least_p(differences: npt.ArrayLike) -> float:
    """The smallest p value that the test could have given for these pairs, had chance set their signs so.

    All that differ then have one sign. With n pairs that differ, no two alike, it is 2 / 2**n: with five it
    is above .05, so that no result could have told anything at that level. NaN where no pair differs.
    """
    sizes = np.abs(np.asarray(differences, dtype=np.float64))
    return signed_rank(sizes) if sizes.any() else float("nan")


def _tested(rows: pd.DataFrame, label: str, baseline: str, column: str) -> list[object]:
    pairs = paired_differences(rows, label, baseline, column)
    found: list[object] = [label, pairs.values.size, pairs.dropped]
    if not pairs.values.size:
        return [*found, *[float("nan")] * 6]
    interval = bootstrap_mean(pairs.values[:, None])
    values = np.array([]) if label == baseline else pairs.values
    bounds = (float(part[0]) for part in (interval.mean, interval.low, interval.high))
    flips = order_flips(paired_runs(rows, label, baseline, column))
    return [*found, *bounds, flips, signed_rank(values), least_p(values)]
