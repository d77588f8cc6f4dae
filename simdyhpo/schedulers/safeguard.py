"""What keeps DyHPO from being lost where first looks say nothing: three rules that need no model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from simdyhpo.decisions import Reason, ScheduleDecision
from simdyhpo.schedulers.depth_share import DepthShare
from simdyhpo.schedulers.promotion_rung import PromotionRung
from simdyhpo.schedulers.rung import TrialId
from simdyhpo.schedulers.rungs import Choice, PromotionRungs
from simdyhpo.schedulers.telling_levels import TellingLevels

_KIND = ScheduleDecision.PROMOTE_RUNG


class Safeguard:
    """Asked before the searcher is; promotes instead of it where it may be lost.

    1. If too few of the latest epochs went deep, the successive-halving rule promotes; where it grants
       nothing, the best trial of the deepest rung goes on. Unless looks at the lowest level tell nothing, the
       searcher has some time of its own first.
    2. A paused trial below the first level at which a look tells something is carried on: deepest first, the
       best first. To compare it with others there would be to draw lots.
    3. While looks at the lowest level tell nothing, what the successive-halving rule grants goes on.

    Args:
        levels: all milestones.
        looks: so many trials must have gone on from a level before it is judged whether a look there tells
            something.
        certainty: a level tells something if the rank correlation of its values with those at the next has at
            least this t statistic; 0 switches the second and the third rule off.
        depth: so much of the latest epochs shall be spent above half of the largest resource, as a share of
            what successive halving spends there; 0 switches the first rule off. Where looks at the lowest
            level tell nothing, that is halving whose lowest rung is the first level that tells something.
        patience: so many full trainings' epochs pass before the first rule watches; one, if looks at the
            lowest level tell nothing.
    """

    def __init__(
        self, levels: Sequence[int], *, looks: int, certainty: float, depth: float, patience: float
    ) -> None:
        self._telling = TellingLevels(levels, looks, certainty)
        self._certainty = certainty
        self._effort = DepthShare(levels)
        self._wanted = [depth * self._effort.halvings(level) for level in levels]
        self._patience = patience

    def reach(self, trial_id: TrialId, level: int, metric: float) -> None:
        """Hear of a report."""
        self._telling.reach(trial_id, level, metric)
        self._effort.reach(level)

    def choice(self, rungs: PromotionRungs) -> Choice | None:
        """What a rule promotes, if one does. Its reason: what was looked at, and what it was held against."""
        return self._deeper(rungs) or self._carried(rungs) or self._halved(rungs)

    @property
    def _lost(self) -> bool:
        """Looks at the lowest level tell nothing."""
        return self._certainty > 0 and self._telling.tells(0) is False

    def _deeper(self, rungs: PromotionRungs) -> Choice | None:
        patience, place = (1, self._telling.first()) if self._lost else (self._patience, 0)
        wanted = self._wanted[place]
        if self._effort.trainings < patience or self._effort.share >= wanted:
            return None
        reason = Reason(score=self._effort.share, runner_up=wanted)
        return _granted(rungs, reason) or _first_of(rungs, reversed(rungs.rungs), reason)

    def _carried(self, rungs: PromotionRungs) -> Choice | None:
        if self._certainty == 0:
            return None
        for place in range(self._telling.first() - 1, -1, -1):
            if rungs.rungs[place].first_promotable() is not None:
                looked_at, wanted = self._telling.judged(place)
                reason = Reason(score=looked_at, runner_up=wanted)
                return _first_of(rungs, [rungs.rungs[place]], reason)
        return None

    def _halved(self, rungs: PromotionRungs) -> Choice | None:
        if not self._lost:
            return None
        looked_at, wanted = self._telling.judged(0)
        return _granted(rungs, Reason(score=looked_at, runner_up=wanted))


def _granted(rungs: PromotionRungs, reason: Reason) -> Choice | None:
    granted = rungs.promotion()
    return None if granted is None else msgspec.structs.replace(granted, decision=_KIND, reason=reason)


def _first_of(rungs: PromotionRungs, looked_at: Iterable[PromotionRung], reason: Reason) -> Choice | None:
    for rung in looked_at:
        trial = rung.first_promotable()
        if trial is not None:
            return Choice(_KIND, trial, rung.level, rungs.above[rung.level], reason=reason)
    return None
