"""What a scheduler's settings mean on a table, before anything runs: brackets and their rungs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class RungPlan(msgspec.Struct, frozen=True):
    """One rung.

    Attributes:
        level: the resource at which its trials are compared.
        trials: how many trials it takes; None: as many as come.
        quantile: the share of its trials that may go on; None where a number of trials says it, or at the
            largest resource.
    """

    level: int
    trials: int | None = None
    quantile: float | None = None


class BracketPlan(msgspec.Struct, frozen=True):
    """The rungs that one trial may climb, the lowest first.

    Attributes:
        rungs: the last one is at the largest resource.
        share: of new trials, how many come here; None where brackets take turns, or with one bracket.
    """

    rungs: tuple[RungPlan, ...]
    share: float | None = None


def quantile_plan(
    levels: Sequence[int], quantiles: Sequence[float], max_t: int, share: float | None = None
) -> BracketPlan:
    """A bracket of the asynchronous rung system, whose rungs take any number of trials.

    Args:
        levels, quantiles: rung levels below `max_t`, and the share of each that may go on.
        max_t: the largest resource.
        share: see `BracketPlan`.
    """
    rungs = [RungPlan(level, quantile=q) for level, q in zip(levels, quantiles, strict=True)]
    return BracketPlan((*rungs, RungPlan(max_t)), share)
