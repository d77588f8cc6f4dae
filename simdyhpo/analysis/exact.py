"""What random search is worth, exactly: its expected incumbent has a closed form, nothing need be simulated.

Random search trains configurations to the end, one after another, in random order without repeats. After t
epochs with one worker, k = t // R configurations are trained whole, and one more for j = t mod R epochs. Of
how many configurations lie above a value, in the end or after j epochs, follows the chance that the incumbent
lies above it: a ratio of binomial coefficients. The expectation is the integral of that chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.steps import lower_is_better

Floats = npt.NDArray[np.float64]


def expected_random_search(
    values: npt.NDArray[Any], epochs: Sequence[int] | npt.NDArray[np.integer[Any]], mode: str
) -> Floats:
    """The expected incumbent of random search with one worker, after so many epochs.

    Args:
        values: (n, R) metric; all curves are R long. What is not finite never is an incumbent, and as long as
            there is none, the worst finite value stands in for it.
        epochs: (m,) numbers of epochs, from 1 to n * R.
        mode: "min" or "max".

    Returns:
        (m,) in the metric's unit.

    Raises:
        ValueError: a number of epochs lies outside 1 to n * R.
    """
    wanted = np.asarray(epochs, dtype=np.int64)
    count, resources = values.shape
    _check_epochs(wanted, count * resources)
    low = lower_is_better(values.astype(np.float64).ravel(), mode).reshape(values.shape)
    worst = low[np.isfinite(low)].max()
    so_far = np.minimum.accumulate(np.where(np.isfinite(low), low, worst), axis=1)
    expected = np.array([_expected_least(so_far, *divmod(int(t), resources)) for t in wanted])
    return lower_is_better(expected, mode)


def expected_best(values: npt.NDArray[Any], draws: Sequence[int], mode: str) -> Floats:
    """The expected best of k configurations drawn without repeats, by one number each.

    Args:
        values: (n,); what is not finite counts as the worst.
        draws: (m,) how many are drawn, 1 to n.
        mode: "min" or "max".

    Returns:
        (m,) in the number's unit.

    Raises:
        ValueError: a number of draws lies outside 1 to n.
    """
    return expected_random_search(values[:, None], draws, mode)


def expected_incumbent_score(
    values: npt.NDArray[Any],
    scores: npt.NDArray[Any],
    epochs: Sequence[int] | npt.NDArray[np.integer[Any]],
    mode: str,
) -> Floats:
    """The expected score of random search's incumbent, which the values choose and the score doesn't.

    Args:
        values: (n, R) metric, all finite; all curves are R long. Of equal values the one seen first counts.
        scores: (n,) what each configuration is worth by another measure, all finite.
        epochs: (m,) numbers of epochs, from 1 to n * R; one worker.
        mode: "min" or "max", of the values.

    Returns:
        (m,) in the score's unit.

    Raises:
        ValueError: a number is not finite, or a number of epochs lies outside 1 to n * R.
    """
    wanted = np.asarray(epochs, dtype=np.int64)
    count, resources = values.shape
    _check_epochs(wanted, count * resources)
    worth = np.asarray(scores, dtype=np.float64)
    low = lower_is_better(values.astype(np.float64).ravel(), mode).reshape(values.shape)
    if not (np.isfinite(low).all() and np.isfinite(worth).all()):
        raise ValueError(
            "values and scores must be finite: else there may be no incumbent, or none with a score"
        )
    so_far = np.minimum.accumulate(low, axis=1)
    return np.array([_chances(so_far, *divmod(int(t), resources)) @ worth for t in wanted])


def _chances(so_far: Floats, whole: int, epochs: int) -> Floats:
    """(n,) each row's chance to be the incumbent of `whole` rows' ends and one more row after some epochs.

    A whole row is it if none of the others ends below, and the last one isn't below yet; of equal ends each
    is first as often. The last one is it if it is below all ends.
    """
    count = len(so_far)
    ends = so_far[:, -1]
    order = np.sort(ends)
    below, upto = np.searchsorted(order, ends, side="left"), np.searchsorted(order, ends, side="right")
    least = _all_among(count - below, whole, count) - _all_among(count - upto, whole, count)
    chances = least / (upto - below)
    if epochs:
        begun = so_far[:, epochs - 1]
        not_below = count - np.searchsorted(np.sort(begun), ends, side="left")
        chances *= (not_below - whole) / (count - whole)
        above = count - np.searchsorted(order, begun, side="right")
        chances += _all_among(above, whole, count - 1) / count
    return chances


def _all_among(good: npt.NDArray[np.int64], drawn: int, count: int) -> Floats:
    """The chance that all of some draws out of `count` are among the good ones: a ratio of binomials."""
    chance = np.ones(len(good))
    for number in range(drawn):
        chance *= np.maximum(good - number, 0) / (count - number)
    return chance


def _check_epochs(wanted: npt.NDArray[np.int64], most: int) -> None:
    if wanted.size and not 1 <= wanted.min() <= wanted.max() <= most:
        raise ValueError(f"epochs must lie between 1 and {most}")


def _expected_least(so_far: Floats, whole: int, epochs: int) -> float:
    """The expected minimum of `whole` rows' ends and one more row's value after some epochs (0: none)."""
    count = len(so_far)
    ends = np.sort(so_far[:, -1])
    begun = np.sort(so_far[:, epochs - 1]) if epochs else ends
    steps = np.union1d(ends, begun)
    chance = _all_among(count - np.searchsorted(ends, steps, side="right"), whole, count)
    if epochs:
        above_begun = count - np.searchsorted(begun, steps, side="right")
        chance *= np.maximum(above_begun - whole, 0) / (count - whole)
    return float(steps[0] + chance[:-1] @ np.diff(steps))
