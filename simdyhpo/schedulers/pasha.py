"""PASHA: ASHA that raises its largest resource only as long as rankings change."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Annotated

import msgspec
import numpy as np

from simdyhpo.decisions import Decided, Failed, Reported, ScheduleDecision
from simdyhpo.protocols import Problem
from simdyhpo.schedulers.asha import ASHAOptions, PromotionASHA
from simdyhpo.schedulers.rungs import Choice, PromotionRungs
from simdyhpo.schedulers.soft_ranking import Floats, NoiseLevel, TwoRankings

_PROMOTE_RUNG = ScheduleDecision.PROMOTE_RUNG


class PASHAOptions(ASHAOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of PASHA, beside ASHA's.

    Attributes:
        epsilon: differences up to this one, in the metric's unit, don't count when two rankings are compared;
            by default it is estimated from the noise of the curves.
    """

    epsilon: Annotated[float, msgspec.Meta(ge=0)] | None = None


class GrowingRungs(PromotionRungs):
    """Promotion rungs with a top rung beyond which nothing is promoted, for now.

    Attributes:
        top: which of the levels it is, the largest resource being the last; at first the second.
    """

    top: int = 1

    @property
    def can_grow(self) -> bool:
        """Whether the top rung lies below the largest resource."""
        return self.top < len(self.rungs)

    def promotion(self) -> Choice | None:
        """What the successive-halving rule promotes, from the rungs below the top; changes nothing."""
        for rung in reversed(self.rungs[: self.top]):
            if rung.eligible is not None:
                return Choice(_PROMOTE_RUNG, rung.eligible, rung.level, self.above[rung.level])
        return None


class PASHA(PromotionASHA):
    """PASHA (Bohdal et al. 2023): ASHA that goes beyond its top rung only when the ranking there changes.

    The top rung is at first the second one. Whenever a trial reports there, its trials are ranked by what
    they reported there and by what they reported one rung below. If the rankings differ by more than noise,
    the rung above becomes the top rung, up to the largest resource.
    """

    Options = PASHAOptions
    _make_rungs = GrowingRungs
    _rungs: GrowingRungs

    def __init__(self, problem: Problem, options: PASHAOptions) -> None:
        super().__init__(problem, options)
        self._levels = self._rungs.levels
        self._fixed_epsilon = options.epsilon
        self._noise = NoiseLevel()
        self._reports: dict[int, list[Reported]] = {}
        """By trial: all that it reported, as long as the top rung can rise."""
        self._begin_top()

    def _begin_top(self) -> None:
        """Nobody has reached the new top rung yet."""
        self._rankings = TwoRankings()
        if self._rungs.can_grow:
            self._noise.begin(self._levels[self._rungs.top])
        else:
            self._reports.clear()

    def tell(self, event: Decided | Reported | Failed) -> None:
        """Keep the rungs up to date, and raise the top rung if the report says so."""
        super().tell(event)
        if type(event) is Reported and self._rungs.can_grow:
            self._reports.setdefault(event.trial, []).append(event)
            if event.resource == self._levels[self._rungs.top] and isfinite(event.values[-1]):
                self._compare(event.trial)

    def _compare(self, trial: int) -> None:
        """A trial came to the top rung: add it to both rankings, and look whether they still agree."""
        curve = self._curve(trial)
        if self._fixed_epsilon is None:
            self._noise.add(curve)
        below = curve[self._levels[self._rungs.top - 1] - 1]
        if not self._rankings.add(float(below), float(curve[-1]), self.epsilon):
            self._rungs.top += 1
            self._begin_top()

    def _curve(self, trial: int) -> Floats:
        """What a trial reported at resources 1 to the top rung's; NaN where nothing."""
        curve = np.full(self._levels[self._rungs.top], np.nan)
        for report in self._reports[trial]:
            curve[report.resource - len(report.values) : report.resource] = report.values
        return curve

    @property
    def epsilon(self) -> float:
        """The largest difference that counts as noise."""
        return self._noise.epsilon if self._fixed_epsilon is None else self._fixed_epsilon

    def diagnostics(self) -> Mapping[str, int | float]:
        """How far it got: the largest resource that a trial may reach, and the noise."""
        reached = self._levels[min(self._rungs.top, len(self._rungs.rungs))]
        return {"largest_resource": reached, "epsilon": self.epsilon}
