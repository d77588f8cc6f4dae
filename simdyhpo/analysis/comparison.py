"""Two sets of results of the same runs: did anything change for the better or the worse?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from simdyhpo.analysis.counted_rows import counted_rows
from simdyhpo.analysis.holm import holm
from simdyhpo.analysis.paired import least_p, signed_rank
from simdyhpo.analysis.statistics import bootstrap_mean
from simdyhpo.analysis.variants import variant_names
from simdyhpo.errors import OutputError

METRICS = ("log10_regret", "area")
"""What is compared: the logarithm of the final regret, and the mean regret over the budget."""

_RUN = ["blackbox", "checksum", "scheduler", "options", "workers", "seed", "sampling", "cluster"]
"""What the two runs of a pair have in common, beside the limits of their budgets, max_WHAT; not the version
of the code, which is what is compared."""
_ACCOUNTS = ("failed_trials", "utilisation")
"""What earlier versions didn't store, beside where time went, WHAT_seconds: where one side lacks it, it says
nothing."""
_NOT_COUNTED = ("cell", "behaviour", "manifest", "marks_rule", "end_ns")
"""What may differ between runs that are the same."""
_ALL = "all"


def matched(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """The runs that both have, a row each.

    Args:
        old, new: stored cells, see `simdyhpo.studies.parquet.CELLS`.

    Returns:
        variant (the scheduler, with the options that tell it from its like), blackbox, workers, seed; for
        each of `METRICS` its value with _old and _new; same: whether regrets and counts agree in all that is
        stored of them.

    Raises:
        OutputError: a folder has a run twice, as of two versions.
    """
    old, new = (counted_rows(rows).drop(columns="blind") for rows in (old, new))
    run = [*_RUN, *(name for name in old.columns if name.startswith("max_"))]
    for side, cells in (("first", old), ("second", new)):
        if cells.duplicated(run).any():
            raise OutputError(
                f"the {side} folder holds results of two versions of one run; keep those of one in it"
            )
    both = old.merge(new, on=run, how="inner", suffixes=("_old", "_new"), validate="one_to_one")
    stored = [name.removesuffix("_old") for name in both.columns if name.endswith("_old")]
    same = np.ones(len(both), dtype=np.bool_)
    for name in stored:
        if name in _NOT_COUNTED:
            continue
        before, after = both[f"{name}_old"], both[f"{name}_new"]
        later = name in _ACCOUNTS or name.endswith("_seconds")
        unknown = before.isna() | after.isna() if later else before.isna() & after.isna()
        same &= ((before == after) | unknown).to_numpy()
    kept = [f"{metric}_{side}" for metric in METRICS for side in ("old", "new")]
    names = both[["blackbox", "workers", "seed", *kept]]
    return names.assign(variant=variant_names(both), same=same)


def comparison(pairs: pd.DataFrame) -> pd.DataFrame:
    """Every variant on every blackbox, and on all of them, in each metric: the paired difference and a test.

    Args:
        pairs: see `matched`; at least one.

    Returns:
        One row for each variant, blackbox ("all" for all of them) and metric: pairs; same (how many agree in
        everything); difference (mean of new minus old; negative: less regret), low, high (95 % bootstrap
        interval); effect (matched-pairs rank-biserial correlation, -1 to 1: 1 if all that differ got worse);
        p (Wilcoxon's signed-rank test, two-sided) and p_holm (Holm's correction over all rows of "all"
        blackboxes, and over all other rows); p_least and p_least_holm (what they could have been at least,
        see `least_p`).
    """
    rows = []
    for variant, mine in pairs.groupby("variant", sort=False):
        names = list(dict.fromkeys(mine["blackbox"]))
        for name in [_ALL, *(names if len(names) > 1 else ())]:
            here = mine if name == _ALL else mine[mine["blackbox"] == name]
            rows += [_row(str(variant), name, here, metric) for metric in METRICS]
    frame = pd.DataFrame(rows)
    for name in ("p", "p_least"):
        corrected = np.full(len(frame), np.nan)
        for family in (frame["blackbox"] == _ALL, frame["blackbox"] != _ALL):
            corrected[family] = holm(frame.loc[family, name].to_numpy(dtype=np.float64))
        frame[f"{name}_holm"] = corrected
    return frame


def rank_biserial(differences: npt.ArrayLike) -> float:
    """Matched-pairs rank-biserial correlation (Kerby 2014): the ranks that rose minus those that fell.

    0 if none differs, NaN without a pair.
    """
    values = np.asarray(differences, dtype=np.float64)
    if not values.size:
        return float("nan")
    values = values[values != 0]
    if not values.size:
        return 0.0
    ranks = rankdata(np.abs(values))
    return float((ranks[values > 0].sum() - ranks[values < 0].sum()) / ranks.sum())


def _row(variant: str, blackbox: str, pairs: pd.DataFrame, metric: str) -> dict[str, object]:
    found = (pairs[f"{metric}_new"] - pairs[f"{metric}_old"]).dropna().to_numpy(dtype=np.float64)
    interval = bootstrap_mean(found[:, None]) if found.size else None
    return {
        "variant": variant,
        "blackbox": blackbox,
        "metric": metric,
        "pairs": found.size,
        "same": int(pairs["same"].sum()),
        "difference": float(interval.mean[0]) if interval else np.nan,
        "low": float(interval.low[0]) if interval else np.nan,
        "high": float(interval.high[0]) if interval else np.nan,
        "effect": rank_biserial(found),
        "p": signed_rank(found),
        "p_least": least_p(found),
    }
