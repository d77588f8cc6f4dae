"""DyHPO that doesn't get lost where first looks say nothing: two rules watch over the searcher's choices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, ClassVar

import msgspec

from simdyhpo.decisions import Reason, ScheduleDecision
from simdyhpo.schedulers.depth_share import DepthShare
from simdyhpo.schedulers.dyhpo import DyHPO, DyHPOOptions
from simdyhpo.schedulers.dyhpo_rungs import SUMMARY_KEYS
from simdyhpo.schedulers.promotion_rung import PromotionRung
from simdyhpo.schedulers.rung import TrialId
from simdyhpo.schedulers.rungs import Choice, PromotionRungs
from simdyhpo.schedulers.telling_levels import TellingLevels


class GuardedDyHPOOptions(DyHPOOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the guarded DyHPO: those of DyHPO, and how closely it is watched.

    Attributes:
        probability_sh: how often the successive-halving rule is tried first, whatever the guard says.
        looks: so many trials must have gone on from a level before it is judged whether a look there tells
            something.
        certainty: a level tells something if the rank correlation of its values with those at the next has at
            least this t statistic; 0 switches carrying off.
        depth: so much of the latest epochs shall be spent above half of the largest resource, as a share of
            what successive halving spends there; 0 switches it off.
    """

    probability_sh: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    looks: Annotated[int, msgspec.Meta(ge=3)] = 8
    certainty: Annotated[float, msgspec.Meta(ge=0, le=100)] = 2.0
    depth: Annotated[float, msgspec.Meta(ge=0, le=2)] = 1.0


class TwoRules:
    """The guard.

    1. If too few of the latest epochs went deep, the successive-halving rule promotes; where it grants
       nothing, the best trial of the deepest rung goes on.
    2. A paused trial below the first level at which a look tells something is carried on: deepest first, the
       best first. To compare it with others there would be to draw lots.

    Args:
        levels: all milestones.
        options: how closely to watch.
    """

    def __init__(self, levels: Sequence[int], options: GuardedDyHPOOptions) -> None:
        self._options = options
        self._telling = TellingLevels(levels, options.looks, options.certainty)
        self._effort = DepthShare(levels)

    def reach(self, trial_id: TrialId, level: int, metric: float) -> None:
        """Hear of a report."""
        self._telling.reach(trial_id, level, metric)
        self._effort.reach(level)

    def choice(self, rungs: PromotionRungs) -> Choice | None:
        """What a rule promotes, if one does."""
        return self._deeper(rungs) or self._carried(rungs)

    def _deeper(self, rungs: PromotionRungs) -> Choice | None:
        wanted = self._options.depth * self._effort.halvings
        if not self._effort.enough or self._effort.share >= wanted:
            return None
        reason = Reason(score=self._effort.share, runner_up=wanted)
        granted = rungs.promotion()
        if granted is not None:
            return msgspec.structs.replace(granted, decision=ScheduleDecision.PROMOTE_SH, reason=reason)
        return _first_of(rungs, reversed(rungs.rungs), reason)

    def _carried(self, rungs: PromotionRungs) -> Choice | None:
        if self._options.certainty == 0:
            return None
        for place in range(self._telling.first() - 1, -1, -1):
            reason = Reason(score=self._telling.statistic(place), runner_up=self._options.certainty)
            carried = _first_of(rungs, [rungs.rungs[place]], reason)
            if carried is not None:
                return carried
        return None


class GuardedDyHPO(DyHPO):
    """DyHPO, watched over by two rules that need no model: ours, see docs/schedulers.md."""

    Options = GuardedDyHPOOptions
    counted: ClassVar = {**SUMMARY_KEYS, ScheduleDecision.PROMOTE_RUNG: "promoted_by_guard"}

    def _guard(self, levels: Sequence[int], options: DyHPOOptions) -> TwoRules:
        assert isinstance(options, GuardedDyHPOOptions)
        return TwoRules(levels, options)


def _first_of(rungs: PromotionRungs, looked_at: Iterable[PromotionRung], reason: Reason) -> Choice | None:
    for rung in looked_at:
        trial = rung.first_promotable()
        if trial is not None:
            kind = ScheduleDecision.PROMOTE_RUNG
            return Choice(kind, trial, rung.level, rungs.above[rung.level], reason=reason)
    return None
