"""What tests may be said to have shown, and when there was too little for them to show anything."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

LEVEL = 0.05
"""Of the tests, after Holm's correction."""

SAME = "identical in every run"
"""The verdict where no pair differs: there is nothing to test, however many pairs there are."""

TOO_FEW = "too few pairs to tell"
NOT_SHOWN = ("lower here, not shown", "higher here, not shown")
"""Verdicts where these runs agree on an order that the test, corrected for its family, doesn't show."""


def too_few(least: Iterable[float], level: float = LEVEL) -> bool:
    """Whether no test could have come out below the level, whatever the runs had given.

    Args:
        least: the smallest corrected p of each test, `p_least_holm`; a NaN is no test.
        level: of the tests.
    """
    known = _known(least)
    return bool(known.size) and bool((known >= level).all())


def verdict(difference: float, p: float, least: float, flips: float, level: float = LEVEL) -> str:
    """What one test may be said to have shown: lower, higher, nothing, too few pairs to tell, or `SAME`.

    Where it shows nothing though the order hardly flips, one of `NOT_SHOWN` says both.

    Args:
        difference: of the means; where it is negative, the one that is looked at has less.
        p: corrected; a NaN is no test.
        least: the smallest that it could have been; NaN if no pair differs.
        flips: of the same differences; see `simdyhpo.analysis.order_flips`.
        level: of the test; the order hardly flips below half of it, since a test has two sides.
    """
    if np.isnan(p):
        return ""
    if np.isnan(least):
        return SAME
    if p < level:
        return "lower" if difference < 0 else "higher"
    if not least < level:
        return TOO_FEW
    if flips < level / 2:
        return NOT_SHOWN[bool(difference > 0)]
    return "no difference shown"


def flips_beside(flips: float, least: float, level: float = LEVEL) -> float:
    """The order's flips as they may stand beside a verdict: unknown where there are too few pairs to tell.

    Draws from a few runs that happen to agree never flip: that says nothing about further runs.
    """
    return float("nan") if least >= level else flips


def least_p_words(least: Iterable[float]) -> str:
    """What the smallest p was that any of the tests could have given: "the smallest p possible ... is 0.125".

    Args:
        least: see `too_few`; at least one is known.
    """
    return f"the smallest p possible with these pairs is {_known(least).min():.3g}"


def nothing_shown(least: Iterable[float], whom: str, *, runs: int, pairs: int, level: float = LEVEL) -> str:
    """A sentence for tests none of which came out below the level.

    Args:
        least: see `too_few`.
        whom: what was compared with, e.g. "the value 0".
        runs: of that.
        pairs: of all tests together, those without a difference included.
        level: of the tests.
    """
    if not runs:
        return f"Nothing is compared with {whom}: it has no finished run."
    if not pairs:
        return f"Nothing is compared with {whom}: no run has a partner of it on the same blackbox and seed."
    known = _known(least)
    if not known.size:
        return f"Nothing differs from {whom}: all results are {SAME}."
    smallest = least_p_words(known)
    if too_few(known, level):
        return (
            f"Too few seeds to tell whether any differs from {whom} at the level of {level:.0%}: {smallest}."
        )
    some = int((known >= level).sum())
    rest = f"; for {some} of {known.size} there are too few seeds to tell" if some else ""
    return f"None is shown to differ from {whom} at the level of {level:.0%}; {smallest}{rest}."


def _known(least: Iterable[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    numbers = np.array([float(one) for one in least], dtype=np.float64)
    return numbers[~np.isnan(numbers)]
