"""Only runs that all variants have can be averaged side by side: what is left out, and how much of it."""

from __future__ import annotations

import msgspec
import pandas as pd

_PAIR = ["blackbox", "workers", "cluster", "seed"]


class Balanced(msgspec.Struct, frozen=True):
    """Runs of which every variant has the same ones.

    Attributes:
        runs: the rows that were kept, in their order, with their index.
        left_out: how many rows were not.
        planned: how many runs the study asks for; what is neither kept nor left out doesn't exist yet.
    """

    runs: pd.DataFrame
    left_out: int
    planned: int

    @property
    def missing(self) -> int:
        """How many planned runs are not counted in any figure."""
        return self.planned - len(self.runs)


def balanced(runs: pd.DataFrame, labels: list[str], planned: int) -> Balanced:
    """Keep a (blackbox, workers, cluster, seed) only if every label has it.

    Without this rule a mean would compare variants on different problems: whoever lacks the hard ones, since
    they take longest, would look best.

    Args:
        runs: one row for each run: blackbox, label, workers, seed, and its cluster where there are several.
        labels: the variants; rows of others are left out, too.
        planned: how many runs there would be in all.
    """
    mine = runs[runs["label"].isin(labels)]
    pair = [name for name in _PAIR if name in mine.columns]
    have = mine.groupby(pair)["label"].transform("nunique")
    kept = mine[have == len(labels)]
    return Balanced(kept, len(runs) - len(kept), planned)


def seeds_text(runs: pd.DataFrame) -> str:
    """How many seeds each blackbox has, in words: "10 seeds", "6 to 7 seeds"."""
    counts = runs.groupby("blackbox")["seed"].nunique()
    low, high = int(counts.min()), int(counts.max())
    return f"{high} seed{'s' * (high != 1)}" if low == high else f"{low} to {high} seeds"
