"""One option, several values: what its value does to regret and to the decisions taken.

All functions take one row for each finished run, with the columns blackbox, label, workers, seed; regret_1
(the final normalised regret: 0 is a blackbox's best value, 1 its worst); log10_regret (its logarithm,
floored); area (mean regret over the budget); decisions (how many); and by the name of each kind of
`ScheduleDecision` how many of that kind (a kind without a column did not occur). What has no regret counts as
1, see `simdyhpo.analysis.counted_rows`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from simdyhpo.analysis.counted_rows import counted_rows
from simdyhpo.analysis.paired import paired_tests
from simdyhpo.analysis.statistics import bootstrap_mean
from simdyhpo.decisions import ScheduleDecision

Value = float | str
Labels = Mapping[Value, str]

TESTED = "log10_regret"
"""The column that tests compare: regrets of blackboxes differ by powers of ten, their logarithms don't."""


def value_text(value: Value) -> str:
    """A value as it is written on an axis or in a table: 0.5, 1000000, true, or a name as it is."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else f"{value:.12g}"


def sweep_summary(rows: pd.DataFrame, labels: Labels, rival: str | None = None) -> pd.DataFrame:
    """What each value led to, over all blackboxes, workers and seeds.

    Intervals (95 %) are bootstrapped over runs, whatever their blackbox: so they are as wide as blackboxes
    are different, and two of them may overlap although one value is better on each blackbox. Whether it is,
    the paired tests say (`paired_tests` on `TESTED`): each value against the first, and each against the
    rival, two families, each with its own Holm correction.

    Args:
        rows: see the module.
        labels: for each value, in the order wanted, the label of its runs.
        rival: label of another scheduler's runs, or None.

    Returns:
        One row for each value, then one for the rival, if any:

        - value (text; the rival's label in its row), label, rival (whether it is the rival's row);
        - runs (all), missing (those that never saw a finite value, which count as regret 1);
        - regret (mean of regret_1), regret_low, regret_high (NaN with a single run); log10_regret, area
          (means);
        - decisions (mean number), and for each kind that occurs in any of these runs, under its name, its
          share of a run's decisions, mean over the runs that took any;
        - against the first value: pairs_first, difference_first (mean difference of log10_regret; negative:
          less regret than with the first value), low_first, high_first, p_first, p_first_holm, and what these
          could have been at least, p_least_first and p_least_first_holm. No pairs, and
          NaN, in the rows of the first value and of the rival;
        - against the rival, the same with _rival. No pairs, and NaN, in the rival's row, and everywhere
          without one.

        A value without runs has a row, too: runs 0, and NaN.
    """
    rows, variants = counted_rows(rows), _variants(labels, rival)
    kinds = [kind for kind in _kinds(rows) if rows.loc[rows["label"].isin(variants["label"]), kind].any()]
    summaries = [_summary(rows[rows["label"] == label], kinds) for label in variants["label"]]
    mine = list(labels.values())
    first = _against(rows, mine, mine[0] if mine else None, "first")
    other = _against(rows, mine, rival, "rival")
    tests = pd.concat([first, other], axis=1).reindex(range(len(variants)))
    pairs = ["pairs_first", "pairs_rival"]
    tests[pairs] = tests[pairs].fillna(0).astype(np.int64)
    return pd.concat([variants, pd.DataFrame(summaries), tests], axis=1)


def sweep_by_blackbox(rows: pd.DataFrame, labels: Labels, rival: str | None = None) -> pd.DataFrame:
    """What each value led to on each blackbox.

    Args:
        rows: see the module.
        labels: for each value, in the order wanted, the label of its runs.
        rival: label of another scheduler's runs, or None.

    Returns:
        One row for each blackbox (in the order of the rows) and value, and the rival's last in each blackbox:
        blackbox, value, label, rival, runs, missing, regret, regret_low, regret_high, log10_regret, area, as
        `sweep_summary` has them.
    """
    rows, variants = counted_rows(rows), _variants(labels, rival)
    frames = []
    for blackbox in rows.loc[rows["label"].isin(variants["label"]), "blackbox"].unique():
        here = rows[rows["blackbox"] == blackbox]
        regrets = pd.DataFrame([_regrets(here[here["label"] == label]) for label in variants["label"]])
        frame = pd.concat([variants, regrets], axis=1)
        frame.insert(0, "blackbox", blackbox)
        frames.append(frame)
    if not frames:
        return pd.DataFrame(columns=["blackbox", *variants.columns, *_regrets(rows)])
    return pd.concat(frames, ignore_index=True)


def _variants(labels: Labels, rival: str | None) -> pd.DataFrame:
    variants = [(value_text(value), label, False) for value, label in labels.items()]
    if rival is not None:
        variants.append((rival, rival, True))
    return pd.DataFrame(variants, columns=["value", "label", "rival"])


def _kinds(rows: pd.DataFrame) -> list[str]:
    return [kind.name for kind in ScheduleDecision if kind.name in rows.columns]


def _summary(runs: pd.DataFrame, kinds: list[str]) -> dict[str, object]:
    decisions = float(runs["decisions"].mean()) if len(runs) else float("nan")
    return _regrets(runs) | {"decisions": decisions} | _shares(runs, kinds)


def _regrets(runs: pd.DataFrame) -> dict[str, object]:
    """Counts and means of these runs' regrets; NaN without a run."""
    missing = int(runs["blind"].sum())
    found: dict[str, object] = {"runs": len(runs), "missing": missing}
    names = ("regret", "regret_low", "regret_high", "log10_regret", "area")
    if runs.empty:
        return found | dict.fromkeys(names, float("nan"))
    interval = bootstrap_mean(runs[["regret_1"]])
    numbers = (
        *(float(part[0]) for part in (interval.mean, interval.low, interval.high)),
        float(runs["log10_regret"].mean()),
        float(runs["area"].mean()),
    )
    return found | dict(zip(names, numbers, strict=True))


def _shares(runs: pd.DataFrame, kinds: list[str]) -> dict[str, float]:
    """Each kind's share of a run's decisions: a mean of shares, so that each run counts alike."""
    counts = runs[_kinds(runs)].to_numpy(dtype=np.float64)
    deciding = counts.sum(axis=1) > 0
    if not deciding.any():
        return dict.fromkeys(kinds, float("nan"))
    shares = (counts[deciding] / counts[deciding].sum(axis=1, keepdims=True)).mean(axis=0)
    return {kind: float(share) for kind, share in zip(_kinds(runs), shares, strict=True) if kind in kinds}


def _against(rows: pd.DataFrame, labels: list[str], baseline: str | None, whom: str) -> pd.DataFrame:
    """`paired_tests` of the labels, or NaN without a baseline, under names that end in `whom`."""
    names = {
        "pairs": f"pairs_{whom}",
        "difference": f"difference_{whom}",
        "low": f"low_{whom}",
        "high": f"high_{whom}",
        "p": f"p_{whom}",
        "p_least": f"p_least_{whom}",
        "p_holm": f"p_{whom}_holm",
        "p_least_holm": f"p_least_{whom}_holm",
    }
    if baseline is None:
        return pd.DataFrame(np.nan, index=range(len(labels)), columns=list(names.values()))
    tests = paired_tests(rows, labels, baseline, TESTED)
    # A variant against itself is no comparison: its row must not look like a certain zero.
    others = tests[list(names)].where(tests["label"] != baseline)
    return others.rename(columns=names)
