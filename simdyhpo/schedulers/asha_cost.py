"""ASHA that promotes by cost: a rung sends up its best trials to a share of its cost, not of their number."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise

from simdyhpo.decisions import (
    Compared,
    Decided,
    Failed,
    Proposal,
    Reported,
    Resume,
    ScheduleDecision,
    Start,
    Wait,
)
from simdyhpo.protocols import Problem
from simdyhpo.scheduler_defaults import Defaults
from simdyhpo.schedulers.asha import ASHAOptions
from simdyhpo.schedulers.cost_rung import CostRung


class CostASHA(Defaults):
    """ASHA whose rungs share out cost: the rule that Syne Tune calls `cost_promotion`.

    A rung's best trials may move up as long as what they have cost together is at most the rung's share of
    what all its trials have cost. Rungs are tested from the top down; without a promotion, a configuration
    starts. Where trials cost the same, this is a rule of places, as in the ASHA paper.
    """

    Options = ASHAOptions

    def __init__(self, problem: Problem, options: ASHAOptions) -> None:
        levels, _ = options.levels(problem.max_resource)
        milestones = [*levels, problem.max_resource]
        sign = 1.0 if problem.mode == "min" else -1.0
        self._candidates = problem.candidates
        self._first_milestone = milestones[0]
        self._rungs = {low: CostRung(low, Fraction(low, high), sign) for low, high in pairwise(milestones)}
        self._top_down = [(self._rungs[low], high) for low, high in reversed([*pairwise(milestones)])]
        self._costs: dict[int, int] = {}
        """What each trial has cost so far, until its curve ends."""
        self._promoted = self._started = 0

    def ask(self, _now_ns: int, /) -> Proposal:
        """Promote where a rung allows it, top rung first; otherwise start a new configuration."""
        for rung, above in self._top_down:
            if rung.eligible is not None:
                return Resume(rung.eligible, rung.level, above, ScheduleDecision.PROMOTE_RUNG)
        configuration = self._candidates.next_random()
        if configuration is None:
            return Wait(exhausted=True)
        return Start(configuration, self._first_milestone, ScheduleDecision.START_RANDOM)

    def tell(self, event: Decided | Reported | Failed) -> None:
        """Keep the rungs and the costs up to date. What a failed trial reported, and cost by then, stays."""
        if isinstance(event, Reported):
            self._report(event)
        elif isinstance(event, Failed):
            self._costs.pop(event.trial, None)
        elif isinstance(event.message, Resume):
            self._rungs[event.message.resume_from].promote(event.trial)
            self._promoted += 1
        else:
            self._started += 1

    def summary(self) -> Mapping[str, int]:
        """Numbers of promotions and starts."""
        return {"promoted_by_rung": self._promoted, "started_at_random": self._started}

    def compared(self, trial: int, resource: int, /) -> Compared | None:
        """The share of cost that goes to the trial and all better ones there, and the rung's share."""
        rung = self._rungs.get(resource)
        return None if rung is None else rung.compared(trial)

    def _report(self, event: Reported) -> None:
        cost = self._costs.pop(event.trial, 0) + event.cost_ns
        if not event.complete:
            self._costs[event.trial] = cost
        if event.resource in self._rungs:
            self._rungs[event.resource].add(event.trial, event.values[-1], cost, event.complete)
