"""Rung levels and promotion quantiles: plain arithmetic."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated

import msgspec

from simdyhpo.errors import OptionError


class OneRungWarning(UserWarning):
    """The levels leave nothing to promote between."""


Level = Annotated[int, msgspec.Meta(ge=1)]
"""A resource at which a rung can lie, or a distance of two."""
Factor = Annotated[float, msgspec.Meta(ge=2, le=1e6)]
"""From one rung's resource to the next one's."""


class RungLevels(msgspec.Struct, frozen=True, kw_only=True):
    """How rungs are spaced. Either geometric (`reduction_factor`) or linear (`rung_increment`).

    Attributes:
        grace_period: the first level.
        reduction_factor: levels are round(grace_period * reduction_factor**k).
        rung_increment: if given, levels are grace_period, grace_period + rung_increment, ...
    """

    grace_period: int = 1
    reduction_factor: float = 3.0
    rung_increment: int | None = None

    def below(self, max_t: int) -> list[int]:
        """Levels strictly below `max_t`; a level equal to it is dropped.

        Raises:
            OptionError: a setting can't give rising levels.
        """
        if self.grace_period < 1:
            raise OptionError("grace_period", self.grace_period, "it must be at least 1")
        if self.rung_increment is not None:
            if self.rung_increment < 1:
                raise OptionError("rung_increment", self.rung_increment, "it must be at least 1")
            levels = list(range(self.grace_period, max_t, self.rung_increment))
        else:
            levels = _geometric(self.grace_period, self.reduction_factor, max_t)
        if not levels:
            warnings.warn(
                f"grace_period {self.grace_period} leaves no rung below the largest resource {max_t}: "
                "every trial runs to the end",
                OneRungWarning,
                stacklevel=2,
            )
        return levels


def _geometric(grace_period: int, reduction_factor: float, max_t: int) -> list[int]:
    if not 2 <= reduction_factor < math.inf:
        raise OptionError("reduction_factor", reduction_factor, "it must be finite and at least 2")
    levels: list[int] = []
    power = 0
    while (level := round(grace_period * reduction_factor**power)) < max_t:
        levels.append(level)
        power += 1
    return levels


def levels_and_quantiles(
    grace_period: int, reduction_factor: float, rung_increment: int | None, max_t: int
) -> tuple[list[int], list[float]]:
    """Rung levels below `max_t` and their promotion quantiles, from a scheduler's options; see `RungLevels`.

    Raises:
        OptionError: a setting can't give rising levels.
    """
    spacing = RungLevels(
        grace_period=grace_period, reduction_factor=reduction_factor, rung_increment=rung_increment
    )
    levels = spacing.below(max_t)
    return levels, promote_quantiles(levels, max_t)


def promote_quantiles(levels: Sequence[int], max_t: int) -> list[float]:
    """The share of a rung that moves up: r_j / r_(j+1), with `max_t` above the top rung."""
    above = [*levels, max_t][1:]
    return [float(Fraction(low, high)) for low, high in zip(levels, above, strict=True)]
