"""What experiments/results/ holds of studies, for pages: frames, and how many runs they are of."""

from __future__ import annotations

import functools
import math
from pathlib import Path

import pandas as pd

from simdyhpo.studies.files import find_study, load_study

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "experiments" / "results"
EXACT = "exact.csv"
NOT_YET = "Not run yet."
"""What pages say of a study without results."""
KINDS = ("numbers", "beside", "datasets", "results")
"""Files of a study: numbers as `simdyhpo reproduce` writes them, and a row for each cell."""


@functools.cache
def stored(study: str, kind: str) -> pd.DataFrame | None:
    """A study's frame; None if there is none yet."""
    path = RESULTS / study / f"{kind}.csv"
    if not path.is_file():
        return None
    found = pd.read_csv(path).rename(columns={"table": "blackbox"})  # as results were stored at first
    words = [name for name in ("title", "method") if name in found]
    return found.fillna(dict.fromkeys(words, ""))


@functools.cache
def exact() -> pd.DataFrame:
    """Random search's exact regrets on the shipped tables, and the paper's; see `tools.exact_numbers`."""
    return pd.read_csv(RESULTS / EXACT)


def coverage(study: str) -> str:
    """How many data sets, seeds and runs a study's numbers are of, and how many seeds it asks for."""
    found = stored(study, "datasets")
    assert found is not None, study
    each = found.groupby("blackbox")["seeds"].first()
    low, high, planned = each.min(), each.max(), len(load_study(find_study(study)).seed_numbers)
    seeds = f"{low} seeds" if low == high else f"{low} to {high} seeds"
    of = "" if low == planned else f" of {planned} that the study asks for"
    runs = f"{each.sum()} runs a method; means over seeds, then over data sets."
    return f"{len(each)} data sets, {seeds}{of}, {runs}"


def value(study: str, comparison: str, name: str, at: float, column: str = "ours") -> float:
    """One number of a study's `beside` frame.

    Args:
        study, comparison, name, at: which row.
        column: of it.
    """
    found = stored(study, "beside")
    assert found is not None, study
    rows = found[(found["comparison"] == comparison) & (found["name"] == name) & (found["at"] == at)]
    return float(rows[column].iloc[0])


def best(study: str, comparison: str, name: str, at: float) -> float:
    """A mean regret, or random search's exact one where there is one."""
    known = value(study, comparison, name, at, "exact")
    return value(study, comparison, name, at) if math.isnan(known) else known


def short(number: float) -> str:
    """A regret as pages write it: three decimals, four below .01, no leading zero."""
    text = f"{number:.3f}" if abs(number) >= 0.00995 else f"{number:.4f}"
    return text.replace("0.", ".", 1) if abs(number) < 1 else text
