"""ASHA (Li et al. 2020, "A System for Massively Parallel Hyperparameter Tuning"), in both of its forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from simdyhpo.decisions import (
    Compared,
    Continue,
    Decided,
    Failed,
    Proposal,
    Reported,
    Resume,
    ScheduleDecision,
    Start,
    Stop,
    Verdict,
    Wait,
)
from simdyhpo.protocols import Chooser, Place, Problem
from simdyhpo.scheduler_defaults import Defaults
from simdyhpo.schedulers.levels import Factor, Level, levels_and_quantiles
from simdyhpo.schedulers.plans import BracketPlan, quantile_plan
from simdyhpo.schedulers.rungs import PromotionRungs, StoppingRungs

# Looking up a member of an enum takes as long as making a message.
_PROMOTE_RUNG, _START_RANDOM = ScheduleDecision.PROMOTE_RUNG, ScheduleDecision.START_RANDOM
_STOP = Stop()


class ASHAOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of both forms of ASHA.

    Attributes:
        grace_period: the lowest rung's resource.
        reduction_factor: eta; each rung lies eta times as high, and one in eta trials goes on.
        rung_increment: the distance between rungs, in place of a factor; none: geometric levels.
    """

    grace_period: Level = 1
    reduction_factor: Factor = 3.0
    rung_increment: Level | None = None

    def levels(self, max_t: int) -> tuple[list[int], list[float]]:
        """Rung levels below `max_t` and their promotion quantiles."""
        return levels_and_quantiles(self.grace_period, self.reduction_factor, self.rung_increment, max_t)

    def plan(self, max_resource: int) -> list[BracketPlan]:
        """The one bracket.

        Raises:
            OptionError: a setting can't give rising levels.
        """
        return [quantile_plan(*self.levels(max_resource), max_resource)]


class PromotionASHA(Defaults):
    """ASHA (Li et al. 2020), promotion: trials pause at each rung until an idle worker may promote one.

    The best trial of a rung that has not moved up yet may do so if it is at least as good as the rung's
    cutoff, a quantile of all its values. Rungs are tested from the top down.
    """

    Options = ASHAOptions
    _make_rungs: ClassVar[type[PromotionRungs]] = PromotionRungs

    def __init__(self, problem: Problem, options: ASHAOptions, chooser: Chooser | None = None) -> None:
        levels, quantiles = options.levels(problem.max_resource)
        self._candidates = problem.candidates
        self._chooser = chooser  # None: the random order, without the cost of asking for it
        self._rungs = self._make_rungs(levels, quantiles, problem.mode, problem.max_resource)
        self._first_milestone = self._rungs.levels[0]
        self._promoted = self._started = 0

    def ask(self, _now_ns: int, /) -> Proposal:
        """Promote where a rung allows it, top rung first; otherwise start a new configuration."""
        choice = self._rungs.promotion()
        if choice is not None:
            return Resume(choice.trial_id, choice.resume_from, choice.milestone, _PROMOTE_RUNG)
        if self._chooser is not None:
            return self._chooser.propose(Place(self._first_milestone)) or Wait(exhausted=True)
        configuration = self._candidates.next_random()
        if configuration is None:
            return Wait(exhausted=True)
        return Start(configuration, self._first_milestone, _START_RANDOM)

    def tell(self, event: Decided | Reported | Failed) -> None:
        """Keep the rungs up to date. What a failed trial reported stays; it was promoted, or in no rung."""
        if type(event) is Reported:
            self._rungs.reach(event.trial, event.resource, event.values[-1], event.complete)
        elif type(event) is Decided:
            message = event.message
            if type(message) is Resume:
                self._rungs.mark_promoted(message.trial, message.resume_from)
                self._promoted += 1
            else:
                self._started += 1
        if self._chooser is not None:
            self._chooser.tell(event)

    def summary(self) -> Mapping[str, int]:
        """Numbers of promotions and starts."""
        return {"promoted_by_rung": self._promoted, "started_at_random": self._started}

    def compared(self, trial: int, resource: int, /) -> Compared | None:
        """The trial's value at its rung, and the cutoff there."""
        return self._rungs.compared(trial, resource)


class StoppingASHA(Defaults):
    """ASHA (Li et al. 2020), stopping: a trial runs on, keeping its worker, unless its rung stops it.

    It is stopped for good if it is worse than the rung's cutoff, a quantile of all values there so far.
    """

    Options = ASHAOptions

    def __init__(self, problem: Problem, options: ASHAOptions, chooser: Chooser | None = None) -> None:
        levels, quantiles = options.levels(problem.max_resource)
        self._candidates = problem.candidates
        self._chooser = chooser
        self._rungs = StoppingRungs(levels, quantiles, problem.mode, problem.max_resource)
        self._first_milestone = self._rungs.levels[0]
        self._goes_on = {level: Continue(above) for level, above in self._rungs.above.items()}
        self._may_continue = False
        self._decided: dict[type, int] = {Start: 0, Continue: 0, Stop: 0}

    def ask(self, _now_ns: int, /) -> Proposal:
        """Start a new configuration."""
        if self._chooser is not None:
            return self._chooser.propose(Place(self._first_milestone)) or Wait(exhausted=True)
        configuration = self._candidates.next_random()
        if configuration is None:
            return Wait(exhausted=True)
        return Start(configuration, self._first_milestone, _START_RANDOM)

    def verdict(self, _trial: int, resource: int, /) -> Verdict:
        """What the rung said when the trial's last report was told."""
        return self._goes_on[resource] if self._may_continue else _STOP

    def tell(self, event: Decided | Reported | Failed) -> None:
        """Keep the rungs up to date. What a failed trial reported stays."""
        if type(event) is Reported:
            rung = self._rungs.at.get(event.resource)
            self._may_continue = rung is not None and rung.add(event.trial, event.values[-1])
        elif type(event) is Decided:
            self._decided[type(event.message)] += 1
        if self._chooser is not None:
            self._chooser.tell(event)

    def summary(self) -> Mapping[str, int]:
        """Numbers of starts and verdicts."""
        return {
            "started_at_random": self._decided[Start],
            "continued": self._decided[Continue],
            "stopped": self._decided[Stop],
        }

    def compared(self, trial: int, resource: int, /) -> Compared | None:
        """The trial's value at its rung, and the cutoff there."""
        return self._rungs.compared(trial, resource)
