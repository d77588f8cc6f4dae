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
    if wanted.size and not 1 <= wanted.min() <= wanted.max() <= count * resources:
        raise ValueError(f"epochs must lie between 1 and {count * resources}")
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


def _expected_least(so_far: Floats, whole: int, epochs: int) -> float:
    """The expected minimum of `whole` rows' ends and one more row's value after some epochs (0: none)."""
    count = len(so_far)
    ends = np.sort(so_far[:, -1])
    begun = np.sort(so_far[:, epochs - 1]) if epochs else ends
    steps = np.union1d(ends, begun)
    above_ends = count - np.searchsorted(ends, steps, side="right")
    chance = np.ones(len(steps))
    for drawn in range(whole):
        chance *= np.maximum(above_ends - drawn, 0) / (count - drawn)
    if epochs:
        above_begun = count - np.searchsorted(begun, steps, side="right")
        chance *= np.maximum(above_begun - whole, 0) / (count - whole)
    return float(steps[0] + chance[:-1] @ np.diff(steps))
