"""Asynchronous Hyperband: several brackets of ASHA at once (Li et al. 2020)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Annotated, Literal

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
from simdyhpo.errors import OptionError
from simdyhpo.protocols import Chooser, Place, Problem
from simdyhpo.scheduler_defaults import PAUSE, Defaults
from simdyhpo.schedulers.asha import ASHAOptions
from simdyhpo.schedulers.plans import BracketPlan, quantile_plan
from simdyhpo.schedulers.rungs import PromotionRungs, StoppingRungs
from simdyhpo.streams import IndexedUniforms

_PROMOTE_RUNG, _START_RANDOM = ScheduleDecision.PROMOTE_RUNG, ScheduleDecision.START_RANDOM
_STOP = Stop()
_EXHAUSTED = Wait(exhausted=True)


class AsynchronousHyperbandOptions(ASHAOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of asynchronous Hyperband, beside ASHA's.

    Attributes:
        brackets: how many; bracket s skips the s lowest rungs. By default as many as there are rungs and one:
            the last runs to the end at once.
        rungs: "shared": all trials meet in the same rungs. "separate": each bracket has its own.
        form: "promotion": trials pause at rungs. "stopping": they run on unless stopped.
    """

    brackets: Annotated[int, msgspec.Meta(ge=1)] | None = None
    rungs: Literal["shared", "separate"] = "separate"
    form: Literal["promotion", "stopping"] = "promotion"

    def plan(self, max_resource: int) -> list[BracketPlan]:
        """The brackets, each with its share of the new trials.

        Raises:
            OptionError: a setting can't be used with this largest resource.
        """
        levels, quantiles = self.levels(max_resource)
        count = len(levels) + 1 if self.brackets is None else self.brackets
        if count > len(levels) + 1:
            raise OptionError("brackets", count, f"there are {len(levels) + 1} for resource {max_resource}")
        shares = bracket_shares([*levels, max_resource], count)
        return [
            quantile_plan(levels[s:], quantiles[s:], max_resource, share) for s, share in enumerate(shares)
        ]


def bracket_shares(levels: Sequence[int], brackets: int) -> list[float]:
    """The share of new trials that goes to bracket s = 0, 1, ..., which skips the lowest s rungs.

    It is proportional to the number of trials that synchronous halving would start there if each bracket
    had the same budget: with K levels, K / ((K - s) * levels[s]), since each of its K - s rungs costs about
    as much as the first. The largest resource is the last of the levels.
    """
    sizes = [1 / ((len(levels) - s) * levels[s]) for s in range(brackets)]
    return [size / sum(sizes) for size in sizes]


class BracketDraws:
    """Which bracket a new trial belongs to: one number of the stream `brackets` for each trial.

    It belongs to the trial's number, so looking twice changes nothing.
    """

    def __init__(self, shares: Sequence[float], uniforms: IndexedUniforms) -> None:
        self._upper = list(accumulate(shares))[:-1]
        self._uniforms = uniforms

    def __getitem__(self, trial: int) -> int:
        return bisect_right(self._upper, self._uniforms[trial])


class AsynchronousHyperband(Defaults):
    """Asynchronous Hyperband (Li et al. 2020): ASHA with several brackets, drawn at random for each trial.

    A trial of bracket s is first judged at the s-th rung, so that slow starters have a chance, too. How many
    trials each bracket gets is drawn so that all are meant to cost the same. A promotion that any bracket
    allows comes before a new trial: brackets with the lowest rungs first, and in each the top rung first.
    """

    Options = AsynchronousHyperbandOptions

    def __init__(
        self,
        problem: Problem,
        options: AsynchronousHyperbandOptions,
        chooser: Chooser | None = None,
        promoting: type[PromotionRungs] = PromotionRungs,
    ) -> None:
        plans = options.plan(problem.max_resource)
        levels, quantiles = options.levels(problem.max_resource)
        kind = promoting if options.form == "promotion" else StoppingRungs
        own = range(len(plans)) if options.rungs == "separate" else range(1)
        every: list[PromotionRungs | StoppingRungs] = [
            kind(levels[s:], quantiles[s:], problem.mode, problem.max_resource) for s in own
        ]
        self._rungs = every if options.rungs == "separate" else every * len(plans)
        """By bracket."""
        self._promoting = [rungs for rungs in every if isinstance(rungs, PromotionRungs)]
        self._candidates = problem.candidates
        self._chooser = chooser  # None: the random order
        self._draws = BracketDraws(
            [plan.share or 0.0 for plan in plans], problem.streams.uniforms("brackets")
        )
        self._first_milestones = [plan.rungs[0].level for plan in plans]
        self._bracket_of: list[int] = []
        """By trial."""
        self._goes_on = {level: Continue(above) for level, above in every[0].above.items()}
        self._may_continue = False
        self._decided: dict[type, int] = {Start: 0, Resume: 0, Continue: 0, Stop: 0}

    def ask(self, _now_ns: int, /) -> Proposal:
        """Promote where a rung allows it; otherwise start a new configuration in the bracket it draws."""
        for rungs in self._promoting:
            choice = rungs.promotion()
            if choice is not None:
                return Resume(choice.trial_id, choice.resume_from, choice.milestone, _PROMOTE_RUNG)
        milestone = self._first_milestones[self._next_bracket()]
        if self._chooser is not None:
            return self._chooser.propose(Place(milestone)) or _EXHAUSTED
        configuration = self._candidates.next_random()
        if configuration is None:
            return _EXHAUSTED
        return Start(configuration, milestone, _START_RANDOM)

    def verdict(self, _trial: int, resource: int, /) -> Verdict:
        """Pause; in the stopping form, what the rung said when the trial's last report was told."""
        if self._promoting:
            return PAUSE
        return self._goes_on[resource] if self._may_continue else _STOP

    def tell(self, event: Decided | Reported | Failed) -> None:
        """Keep the rungs up to date. What a failed trial reported stays."""
        if self._chooser is not None:
            self._chooser.tell(event)
        if type(event) is Reported:
            rungs = self._rungs[self._bracket_of[event.trial]]
            self._may_continue = rungs.reach(event.trial, event.resource, event.values[-1], event.complete)
            return
        if type(event) is Failed:
            return
        message = event.message  # type: ignore[union-attr] # what is left is Decided
        self._decided[type(message)] += 1
        if type(message) is Start:
            self._bracket_of.append(self._bracket_begun(message.milestone))
        elif type(message) is Resume:
            rungs = self._rungs[self._bracket_of[message.trial]]
            assert isinstance(rungs, PromotionRungs), "the stopping form never resumes"
            rungs.mark_promoted(message.trial, message.resume_from)

    def summary(self) -> Mapping[str, int]:
        """Numbers of starts, promotions and verdicts."""
        return {
            "started_at_random": self._decided[Start],
            "promoted_by_rung": self._decided[Resume],
            "continued": self._decided[Continue],
            "stopped": self._decided[Stop],
        }

    def compared(self, trial: int, resource: int, /) -> Compared | None:
        """The trial's value at its bracket's rung, and the cutoff there."""
        return self._rungs[self._bracket_of[trial]].compared(trial, resource)

    def _next_bracket(self) -> int:
        """Which bracket the next trial belongs to."""
        return self._draws[len(self._bracket_of)]

    def _bracket_begun(self, _milestone: int, /) -> int:
        """Which bracket a trial belongs to that was started, whoever decided it."""
        return self._next_bracket()
