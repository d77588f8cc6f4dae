"""What random search is worth, exactly: its expected incumbent has a closed form, nothing need be simulated.

Random search trains configurations to the end, one after another, in random order without repeats. After t
epochs with one worker, k = t // R configurations are trained whole, and one more for j = t mod R epochs. Of
how many configurations lie above a value, in the end or after j epochs, follows the chance that the incumbent
lies above it: a ratio of binomial coefficients. The expectation is the integral of that chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.steps import lower_is_better

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


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
    low = lower_is_better(values.astype(np.float64).ravel(), mode).reshape(values.shape)
    worst = low[np.isfinite(low)].max()
    so_far = np.minimum.accumulate(np.where(np.isfinite(low), low, worst), axis=1)
    count, ends = len(so_far), np.sort(so_far[:, -1])
    found = np.empty(len(epochs))
    for run in _runs(epochs, so_far.shape):
        begun = np.sort(so_far[:, run.epochs - 1]) if run.epochs else ends
        steps = np.sort(np.concatenate((ends, begun)))
        widths = np.diff(steps)
        above_ends = count - np.searchsorted(ends, steps, side="right")
        above_begun = count - np.searchsorted(begun, steps, side="right")
        for whole, chance in _all_among(above_ends, run.places, count):
            if run.epochs:
                chance = chance * np.maximum(above_begun - whole, 0) / (count - whole)  # noqa: PLW2901
            found[run.places[whole]] = steps[0] + chance[:-1] @ widths
    return lower_is_better(found, mode)


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

    A whole row is the incumbent if none of the others ends below, and the last one isn't below yet; of equal
    ends each is first as often. The last row is it if it is below all ends.

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
    worth = np.asarray(scores, dtype=np.float64)
    low = lower_is_better(values.astype(np.float64).ravel(), mode).reshape(values.shape)
    if not (np.isfinite(low).all() and np.isfinite(worth).all()):
        raise ValueError(
            "values and scores must be finite: else there may be no incumbent, or none with a score"
        )
    so_far = np.minimum.accumulate(low, axis=1)
    count, ends, order = len(so_far), so_far[:, -1], np.sort(so_far[:, -1])
    below, upto = np.searchsorted(order, ends, side="left"), np.searchsorted(order, ends, side="right")
    found = np.empty(len(epochs))
    for run in _runs(epochs, so_far.shape):
        begun = so_far[:, run.epochs - 1]
        not_below = count - np.searchsorted(np.sort(begun), ends, side="left")
        above = count - np.searchsorted(order, begun, side="right")
        for (whole, least), (_, less), (_, last) in zip(
            _all_among(count - below, run.places, count),
            _all_among(count - upto, run.places, count),
            _all_among(above, run.places, count - 1) if run.epochs else _all_among(upto, run.places, count),
            strict=True,
        ):
            chance = (least - less) / (upto - below)
            if run.epochs:
                chance = chance * (not_below - whole) / (count - whole) + last / count
            found[run.places[whole]] = chance @ worth
    return found


class _Run(msgspec.Struct, frozen=True):
    """Numbers of epochs that have the same remainder.

    Attributes:
        epochs: for how many the last configuration has been trained; 0 if there is none under way.
        places: by number of whole configurations, where the number of epochs stands; numbers rise.
    """

    epochs: int
    places: dict[int, Integers]


def _runs(epochs: Sequence[int] | npt.NDArray[np.integer[Any]], shape: tuple[int, ...]) -> Iterator[_Run]:
    """What is wanted, sorted so that each table of counts is made once."""
    wanted, (count, resources) = np.asarray(epochs, dtype=np.int64), shape
    if wanted.size and not 1 <= wanted.min() <= wanted.max() <= count * resources:
        raise ValueError(f"epochs must lie between 1 and {count * resources}")
    whole, rest = np.divmod(wanted, resources)
    for remainder in np.unique(rest):
        mine = np.flatnonzero(rest == remainder)
        numbers = np.unique(whole[mine])
        yield _Run(int(remainder), {int(one): mine[whole[mine] == one] for one in numbers})


def _all_among(
    good: npt.NDArray[Any], draws: dict[int, Integers], count: int
) -> Iterator[tuple[int, Floats]]:
    """For each number of draws out of `count`, rising: the chance that all are among the good ones."""
    chance, drawn = np.ones(len(good)), 0
    for wanted in draws:
        while drawn < wanted:
            chance = chance * np.maximum(good - drawn, 0) / (count - drawn)
            drawn += 1
        yield wanted, chance
