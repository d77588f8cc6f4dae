"""Marks that would lie on each other, side by side."""

from __future__ import annotations

from collections.abc import Sequence

_STEP = 0.016
"""From one to the next, as a share of an axis: a symbol's width on a panel of the usual size."""


def side_by_side(count: int, span: float) -> list[float]:
    """Factors for the positions of marks that share a place of a logarithmic axis.

    Args:
        count: of marks.
        span: the axis' last place over its first.
    """
    return [span ** (_STEP * (place - (count - 1) / 2)) for place in range(count)]


def in_steps(places: Sequence[tuple[float, float]], near: float) -> list[int]:
    """How many steps each of some marks has to move aside, so that all of them are seen.

    Args:
        places: of the marks, in units in which they are as wide as high.
        near: marks whose distance is less, in each direction, lie on each other.

    Returns:
        0 for a mark that stays; of marks that lie on each other, each moves a step further than the one
        before, from the lowest to the highest.
    """
    steps = [0] * len(places)
    done: list[int] = []
    for one in sorted(range(len(places)), key=lambda index: places[index][1]):
        x, y = places[one]
        taken = {steps[other] for other in done if _near(places[other], (x, y), near)}
        steps[one] = next(step for step in range(len(places)) if step not in taken)
        done.append(one)
    return steps


def _near(one: tuple[float, float], other: tuple[float, float], near: float) -> bool:
    return abs(one[0] - other[0]) < near and abs(one[1] - other[1]) < near
