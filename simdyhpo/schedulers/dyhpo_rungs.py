"""The DyHPO rule on rungs: successive halving with some probability, otherwise a searcher decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.errors import DecisionError
from simdyhpo.protocols import DynamicSearcher
from simdyhpo.schedulers.rung import Mode, TrialId
from simdyhpo.schedulers.rungs import Choice, PromotionRungs

SUMMARY_KEYS = {
    ScheduleDecision.PROMOTE_SH: "promoted_by_sh",
    ScheduleDecision.PROMOTE_DYHPO: "promoted_by_dyhpo",
    ScheduleDecision.START_DYHPO: "started_by_dyhpo",
}
"""The kinds of decisions that this rule makes, and what each is counted under."""


class RandomState(Protocol):
    """Anything that draws uniform numbers: a numpy Generator, a RandomState, a scripted one."""

    def random(self) -> float:
        """A number in [0, 1)."""
        ...


class Guard(Protocol):
    """Who is asked before the searcher is, and may promote instead."""

    def reach(self, trial_id: TrialId, level: int, metric: float) -> None:
        """A trial reported at a level."""
        ...

    def choice(self, rungs: PromotionRungs) -> Choice | None:
        """A promotion, or None: let the searcher decide."""
        ...


class DyHPORungs(PromotionRungs):
    """Decides by successive halving or by scoring paused trials against new configurations.

    Args:
        rung_levels, promote_quantiles: used by the successive-halving rule alone; the levels also say how
            far a promoted trial runs.
        mode, max_t: see `Rungs`.
        searcher: scores paused trials and new configurations.
        probability_sh: how often the successive-halving rule is tried first. 0 is the published algorithm.
        random_state: one number is drawn for each decision, whatever the probability.
        guard: asked before the searcher is; none: the source's rule.

    Source: Syne Tune's documentation of its DyHPO rung system (Wistuba, Kadra, Grabocka 2022).
    """

    def __init__(  # noqa: PLR0913 - rungs, and who decides beside them
        self,
        rung_levels: Sequence[int],
        promote_quantiles: Sequence[float],
        mode: Mode,
        max_t: int,
        searcher: DynamicSearcher,
        probability_sh: float,
        random_state: RandomState,
        guard: Guard | None = None,
    ) -> None:
        super().__init__(rung_levels, promote_quantiles, mode, max_t)
        if not 0 <= probability_sh <= 1:
            raise ValueError(f"probability_sh is {probability_sh}: it must lie in [0, 1]")
        self.probability_sh = probability_sh
        self._searcher = searcher
        self._random_state = random_state
        self._guard = guard
        self.last_coin = float("nan")

    def choose(self, new_trial_id: TrialId) -> Choice | None:
        """What to run next, None if there is nothing; changes nothing but the random state.

        The coin is drawn always, so that runs that differ in `probability_sh` alone stay paired.
        """
        self.last_coin = self._random_state.random()
        if self.last_coin < self.probability_sh:
            promotion = self.promotion()
            if promotion is not None:
                return msgspec.structs.replace(promotion, decision=ScheduleDecision.PROMOTE_SH)
        guarded = None if self._guard is None else self._guard.choice(self)
        return guarded or self._ask_searcher(new_trial_id)

    def reach(self, trial_id: TrialId, level: int, metric: float, complete: bool = False) -> bool:
        """Insert; every trial pauses."""
        if self._guard is not None:
            self._guard.reach(trial_id, level, metric)
        return super().reach(trial_id, level, metric, complete)

    def _ask_searcher(self, new_trial_id: TrialId) -> Choice | None:
        paused = self.paused_trials()
        min_resource = self.levels[0]
        winner = self._searcher.score_paused_trials_and_new_configs(
            paused, min_resource=min_resource, new_trial_id=str(new_trial_id)
        )
        if winner.get("trial_id") is not None:
            trial_id, position = winner["trial_id"], winner["pos"]
            milestone = next((level for t, pos, level in paused if t == trial_id and pos == position), None)
            if milestone is None:
                raise DecisionError(winner, None, "no such paused trial was offered to the searcher")
            resume_from = self.levels[self.levels.index(milestone) - 1]
            return Choice(ScheduleDecision.PROMOTE_DYHPO, trial_id, resume_from, milestone)
        if winner.get("config") is None:
            return None
        return Choice(ScheduleDecision.START_DYHPO, new_trial_id, 0, min_resource, winner["config"])
