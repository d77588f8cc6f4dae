"""Regret on one table: from a run's incumbents to numbers, in the unit that a `Measure` asked for."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.steps import Steps, improvements, lower_is_better
from simdyhpo.tables.final_scores import Mode

Floats = npt.NDArray[np.float64]
Unit = Literal["absolute", "normalised"]


class Scale(msgspec.Struct, frozen=True):
    """A measure on one table.

    Attributes:
        unit: see `Measure`.
        best, worst: of what the regret is taken of.
        reference: what has the normalised regret 1.
        chosen_by: whether the metric that chooses the incumbent is minimised or maximised.
        scores: (n,) by configuration; None where the regret is that of the reported value itself.
    """

    unit: Unit
    best: float
    worst: float
    reference: float
    chosen_by: Mode
    scores: Floats | None = None

    @property
    def none(self) -> float:
        """What counts as long as there is no incumbent, or its score isn't known: the worst there is."""
        return 1.0 if self.unit == "normalised" else abs(self.best - self.worst)

    def regrets(self, values: npt.ArrayLike, configurations: npt.ArrayLike | None = None) -> Floats:
        """Regrets of incumbents.

        Args:
            values: (m,) what they reported; NaN where there is no incumbent.
            configurations: (m,) whose values these are; needed for a score.

        Returns:
            (m,), 0 the best; `none` where there is no incumbent or its score isn't known.
        """
        reported = np.asarray(values, dtype=np.float64)
        found = reported
        if self.scores is not None:
            if configurations is None:
                raise ValueError("the regret in a score needs the configurations")
            held = np.asarray(configurations, dtype=np.int64)
            found = np.where(np.isnan(reported), np.nan, self.scores[held]) if held.size else reported
        if self.unit == "absolute":
            regrets = np.abs(self.best - found)
        elif self.best == self.reference:
            regrets = np.where(np.isnan(found), np.nan, (found != self.best).astype(np.float64))
        else:
            regrets = np.minimum((self.best - found) / (self.best - self.reference), 1.0) + 0.0
        counted: Floats = np.where(np.isnan(regrets), self.none, regrets)
        return counted

    def steps(self, values: npt.NDArray[Any], configurations: npt.NDArray[Any], x: npt.NDArray[Any]) -> Steps:
        """The incumbent's regret along a run, from `x` = 0 on, where there is none yet.

        Args:
            values: (reports,) the metric that was optimised, in the order of arrival.
            configurations: (reports,) whose they are.
            x: (reports,) where each arrived, e.g. the number of reports so far, or seconds.
        """
        at = improvements(lower_is_better(values, self.chosen_by))
        return Steps(
            np.concatenate(([0.0], np.asarray(x, dtype=np.float64)[at])),
            np.concatenate(
                ([self.none], self.regrets(np.asarray(values)[at], np.asarray(configurations)[at]))
            ),
        )

    def from_normalised(self, regrets: npt.ArrayLike) -> Floats:
        """Regrets that are normalised by the worst, in this measure; of what was optimised alone."""
        return self.regrets(self.best - np.asarray(regrets, dtype=np.float64) * (self.best - self.worst))
