"""A run's anytime performance in a few numbers: regret at shares of the budget, and the area below it."""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.steps import Steps, improvements, lower_is_better, normalised_regret

SHARES = (0.1, 0.3, 0.5, 1.0)
"""At which shares of the budget regret is noted."""

FLOOR = 1e-4
"""Regrets below it count as it where their logarithm is taken."""


class Marks(msgspec.Struct, frozen=True):
    """What `regret_marks` found; NaN where there was no incumbent yet.

    Attributes:
        regrets: at each of `SHARES`.
        area: the mean regret over the budget, from the first incumbent on.
        log10_regret: of the last regret, not below `FLOOR`.
    """

    regrets: tuple[float, ...]
    area: float
    log10_regret: float

    def columns(self) -> dict[str, float]:
        """By name: regret_S for each share S, area, log10_regret."""
        marks = {f"regret_{share:g}": regret for share, regret in zip(SHARES, self.regrets, strict=True)}
        return marks | {"area": self.area, "log10_regret": self.log10_regret}


def incumbent_regret(
    values: npt.NDArray[np.float64], x: npt.NDArray[np.float64], mode: str, best: float, worst: float
) -> Steps:
    """The incumbent's normalised regret as a step function of `x`.

    Args:
        values: (n,) the metric in the order of arrival; what is not finite never counts.
        x: (n,) where each arrived, e.g. the number of reports so far, or seconds.
        mode, best, worst: of the table.
    """
    at = improvements(lower_is_better(values, mode))
    return Steps(x[at], normalised_regret(values[at], best, worst))


def regret_marks(regret: Steps, end: float, axis: Literal["epochs", "seconds"]) -> Marks:
    """Note a run's regret over a budget of `end` epochs or seconds; a run that ended early keeps its last.

    Args:
        regret: of the incumbent, over the axis.
        end: the budget.
        axis: epochs are counted, so the area is a mean over them; seconds pass, so it is an integral.
    """
    if not regret.x.size or regret.x[0] > end:
        return Marks((np.nan,) * len(SHARES), np.nan, np.nan)
    points = np.array(SHARES) * end
    if axis == "epochs":
        points = np.rint(points)
        area = float(np.nanmean(regret.at(np.arange(1, int(end) + 1))))
    else:
        edges = np.concatenate((regret.x[regret.x <= end], [end]))
        area = float(np.diff(edges) @ regret.at(edges[:-1]) / max(end - edges[0], 1e-9))
    regrets = regret.at(points).tolist()
    return Marks(tuple(regrets), area, float(np.log10(max(regrets[-1], FLOOR))))
