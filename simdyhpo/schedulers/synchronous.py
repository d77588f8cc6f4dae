"""Synchronous successive halving: a rung promotes when all of its trials have reported."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from fractions import Fraction
from heapq import heappop, heappush
from typing import Annotated

import msgspec

from simdyhpo.decisions import (
    Decided,
    Failed,
    Proposal,
    Reported,
    Resume,
    ScheduleDecision,
    Start,
    Wait,
)
from simdyhpo.errors import OptionError, OutOfTurnError
from simdyhpo.protocols import Chooser, Place, Problem
from simdyhpo.scheduler_defaults import Defaults
from simdyhpo.schedulers.brackets import (
    Sizes,
    halving_bracket,
    hyperband_brackets,
    hyperband_size,
    largest_s,
)
from simdyhpo.schedulers.levels import Factor, Level, OneRungWarning
from simdyhpo.schedulers.plans import BracketPlan, RungPlan
from simdyhpo.schedulers.synchronous_bracket import Bracket

_PROMOTE_RUNG, _START_RANDOM = ScheduleDecision.PROMOTE_RUNG, ScheduleDecision.START_RANDOM
_EXHAUSTED, _PENDING = Wait(exhausted=True), Wait()


class SynchronousOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of all synchronous forms.

    Attributes:
        grace_period: no rung lies below this resource.
        reduction_factor: eta; one in eta trials of a rung goes on, to eta times the resource.
        overlap: while a rung waits for its last trials, idle workers start the next bracket's. Otherwise they
            wait, too.
    """

    grace_period: Level = 1
    reduction_factor: Factor = 3.0
    overlap: bool = True


class SuccessiveHalvingOptions(SynchronousOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of successive halving.

    Attributes:
        configurations: n, how many each bracket starts; by default just enough for one to reach the top.
        skip_rungs: how many of the lowest rungs the bracket does without (the ASHA paper's s).
    """

    configurations: Annotated[int, msgspec.Meta(ge=1)] | None = None
    skip_rungs: Annotated[int, msgspec.Meta(ge=0)] = 0

    def plan(self, max_resource: int) -> list[BracketPlan]:
        """The one bracket.

        Raises:
            OptionError: a setting can't be used with this largest resource.
        """
        s_max = largest_s(max_resource, self.reduction_factor, self.grace_period)
        if self.skip_rungs > s_max:
            raise OptionError("skip_rungs", self.skip_rungs, f"there are {s_max} rungs to skip")
        s = s_max - self.skip_rungs
        if self.skip_rungs and not s:
            warnings.warn(
                f"skip_rungs {self.skip_rungs} leaves no rung below the largest resource {max_resource}: "
                "every trial runs to the end",
                OneRungWarning,
                stacklevel=2,
            )
        size = self.configurations or hyperband_size(s, s, self.reduction_factor, "algorithm")
        return [halving_bracket(max_resource, self.reduction_factor, s, size)]


class HyperbandOptions(SynchronousOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of Hyperband.

    Attributes:
        brackets: only so many, those with most configurations first; by default all.
        sizes: how many configurations a bracket starts: as in the paper's algorithm, or as in its table. See
            `hyperband_size`.
    """

    brackets: Annotated[int, msgspec.Meta(ge=1)] | None = None
    sizes: Sizes = "algorithm"

    def plan(self, max_resource: int) -> list[BracketPlan]:
        """The brackets in their order.

        Raises:
            OptionError: a setting can't be used with this largest resource.
        """
        every = hyperband_brackets(max_resource, self.reduction_factor, self.grace_period, self.sizes)
        if self.brackets is not None and self.brackets > len(every):
            raise OptionError(
                "brackets", self.brackets, f"there are {len(every)} for resource {max_resource}"
            )
        return every[: self.brackets]


class Synchronous(Defaults):
    """Brackets in turn, again and again, until no configuration is left.

    A worker is given to the oldest bracket that has work. Asking looks at that one alone.
    """

    def __init__(
        self,
        problem: Problem,
        options: SynchronousOptions,
        plans: Sequence[BracketPlan],
        chooser: Chooser | None = None,
    ) -> None:
        self._candidates = problem.candidates
        self._chooser = chooser  # None: the random order, without the cost of asking for it
        self._plans = plans
        self._overlap = options.overlap
        self._eta = Fraction(options.reduction_factor)
        self._sign = 1.0 if problem.mode == "min" else -1.0
        self._opened = 0
        self._brackets: dict[int, Bracket] = {}
        """Those under way, by their number."""
        self._ready: list[int] = []
        """Numbers of brackets that have work, as a heap; the first one has."""
        self._filling: int | None = None
        """The bracket that takes new trials, if one is open."""
        self._home: dict[int, int] = {}
        """Each trial's bracket, until the trial ends."""
        self._promoted = self._started = 0

    def ask(self, _now_ns: int, /) -> Proposal:
        """Continue a promoted trial, or start one, in the oldest bracket that has work; or open the next."""
        if self._ready:
            bracket = self._brackets[self._ready[0]]
            if bracket.promoted:
                below, rung = bracket.rungs[bracket.rung - 1], bracket.rungs[bracket.rung]
                return Resume(bracket.promoted[-1], below.level, rung.level, _PROMOTE_RUNG)
            rungs, place = bracket.rungs, bracket.rung
        elif self._brackets and not self._overlap:
            return _PENDING
        else:
            rungs, place = self._next_plan().rungs, 0
        if self._chooser is not None:
            return self._chooser.propose(_place(rungs, place)) or _EXHAUSTED
        configuration = self._candidates.next_random()
        if configuration is None:
            return _EXHAUSTED
        return Start(configuration, rungs[place].level, _START_RANDOM)

    def tell(self, event: Decided | Reported | Failed) -> None:
        """Keep the brackets up to date.

        Raises:
            OutOfTurnError: someone else resumed a trial that has no place in a rung.
        """
        if type(event) is Reported:
            self._report(event)
        elif type(event) is Failed:
            self._fail(event.trial)
        elif type(event.message) is Resume:  # type: ignore[union-attr] # what is left is Decided
            number = self._home[event.trial]
            bracket = self._brackets.get(number)
            if bracket is None:
                raise OutOfTurnError(event.trial, "its bracket has ended")
            bracket.resume(event.trial)
            self._promoted += 1
            self._look_again(number)
        else:
            self._start(event.trial)
        if self._chooser is not None:
            self._chooser.tell(event)

    def summary(self) -> Mapping[str, int]:
        """Numbers of promotions and starts."""
        return {"promoted_by_rung": self._promoted, "started_at_random": self._started}

    def _next_plan(self) -> BracketPlan:
        return self._plans[self._opened % len(self._plans)]

    def _new_bracket(self, rungs: Sequence[RungPlan]) -> Bracket:
        """The bracket that opens now; `_opened` is its number."""
        return Bracket(rungs, self._eta, self._sign)

    def _start(self, trial: int) -> None:
        """A new trial takes the place that was offered, or one in the bracket that is being filled.

        Without one, the next opens.
        """
        if self._ready and self._brackets[self._ready[0]].vacant:
            number = self._ready[0]
        else:
            if self._filling is None:
                self._filling = self._opened
                self._brackets[self._opened] = self._new_bracket(self._next_plan().rungs)
                heappush(self._ready, self._opened)
                self._opened += 1
            number = self._filling
        bracket = self._brackets[number]
        bracket.start(last=self._candidates.next_random() is None)
        self._home[trial] = number
        self._started += 1
        if number == self._filling and not bracket.vacant:
            self._filling = None
        self._look_again(number)

    def _report(self, event: Reported) -> None:
        number = self._home[event.trial]
        bracket = self._brackets[number]
        if bracket.report(event.trial, event.values[-1], event.complete) and bracket.has_work:
            heappush(self._ready, number)
        if event.complete:
            del self._home[event.trial]
        self._look_again(number)

    def _fail(self, trial: int) -> None:
        """A trial is gone: its rung goes on without it."""
        number = self._home.pop(trial)
        bracket = self._brackets[number]
        if bracket.fail() and bracket.has_work:
            heappush(self._ready, number)
        self._look_again(number)

    def _look_again(self, number: int) -> None:
        """Forget a bracket that has ended, and let the first of the ready ones be one that has work."""
        if self._brackets[number].ended:
            del self._brackets[number]
        while self._ready and not self._has_work(self._ready[0]):
            heappop(self._ready)

    def _has_work(self, number: int) -> bool:
        bracket = self._brackets.get(number)
        return bracket is not None and bracket.has_work


def _place(rungs: Sequence[RungPlan], rung: int) -> Place:
    """Where a chosen configuration would run to."""
    if not rung:
        return Place(rungs[0].level)
    return Place(rungs[rung].level, rungs[rung - 1].level, rungs[rung].trials or 0)


class SuccessiveHalving(Synchronous):
    """Synchronous successive halving (Jamieson and Talwalkar 2016), one bracket after the other.

    A bracket starts n configurations and trains them to its lowest rung. When all have reported, the best one
    in eta goes on to eta times the resource, and so forth up to the largest.
    """

    Options = SuccessiveHalvingOptions

    def __init__(self, problem: Problem, options: SuccessiveHalvingOptions) -> None:
        super().__init__(problem, options, options.plan(problem.max_resource))


class Hyperband(Synchronous):
    """Synchronous Hyperband (Li et al. 2018), its brackets in turn, again and again.

    Each bracket is one of successive halving: the first starts most configurations with the least resource,
    the last one trains a few to the end. All are meant to cost about the same.
    """

    Options = HyperbandOptions

    def __init__(self, problem: Problem, options: HyperbandOptions, chooser: Chooser | None = None) -> None:
        super().__init__(problem, options, options.plan(problem.max_resource), chooser)
