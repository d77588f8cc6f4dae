"""A run's anytime performance in a few numbers: regret at shares of the budget, and the area below it.

One rule for all who average or compare runs: as long as a run has no incumbent it counts as regret 1, that of
the table's worst, from the start of the axis on. Leaving such runs out would reward a late start.
"""

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

NO_INCUMBENT = 1.0
"""What a run counts as while it has no incumbent."""

MARKS_RULE = 2
"""Version of the rule behind `regret_marks`. 1 (until version 0.1.0) had NaN before the first incumbent, and
an area from there on."""


class Marks(msgspec.Struct, frozen=True):
    """What `regret_marks` found; without an incumbent, regret is `NO_INCUMBENT`.

    Attributes:
        regrets: at each of `SHARES`.
        area: the mean regret over the whole budget.
        log10_regret: of the last regret, not below `FLOOR`.
    """

    regrets: tuple[float, ...]
    area: float
    log10_regret: float

    def columns(self) -> dict[str, float]:
        """By name: regret_S for each share S, area, log10_regret."""
        marks = {f"regret_{share:g}": regret for share, regret in zip(SHARES, self.regrets, strict=True)}
        return marks | {"area": self.area, "log10_regret": self.log10_regret}


def counted(regrets: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Regrets as they count: `NO_INCUMBENT` in place of NaN, which says that there is no incumbent (yet)."""
    array = np.asarray(regrets, dtype=np.float64)
    found: npt.NDArray[np.float64] = np.where(np.isnan(array), NO_INCUMBENT, array)
    return found


def log10_regrets(regrets: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The logarithm of regrets as they count, not below that of `FLOOR`."""
    found: npt.NDArray[np.float64] = np.log10(np.maximum(counted(regrets), FLOOR))
    return found


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
    points = np.array(SHARES) * end
    if axis == "epochs":
        points = np.rint(points)
        steps = regret.at(np.arange(1, int(end) + 1))
        area = float(counted(steps).mean()) if steps.size else NO_INCUMBENT
    else:
        edges = np.concatenate(([0.0], regret.x[regret.x < end], [end]))
        area = float(np.diff(edges) @ counted(regret.at(edges[:-1])) / end) if end else NO_INCUMBENT
    regrets = counted(regret.at(points))
    return Marks(tuple(regrets.tolist()), area, float(log10_regrets(regrets[-1])))
