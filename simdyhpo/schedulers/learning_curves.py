"""Schedulers that predict learning curves and decide resource by resource, as DyHPO does without its coin."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

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
from simdyhpo.protocols import Problem
from simdyhpo.scheduler_defaults import Defaults
from simdyhpo.schedulers.dyhpo_rungs import DyHPORungs
from simdyhpo.schedulers.levels import RungLevels, promote_quantiles
from simdyhpo.searchers.named import FreezeThawSearcher, PowerLawSearcher, PriorFittedSearcher
from simdyhpo.searchers.settings import FreezeThawOptions, PowerLawOptions, PriorFittedOptions
from simdyhpo.streams import DecisionCoin

_EXHAUSTED = Wait(exhausted=True)
_SUMMARY = {
    ScheduleDecision.START_RANDOM: "started_at_random",
    ScheduleDecision.START_MODEL: "started_by_model",
    ScheduleDecision.PROMOTE_MODEL: "promoted_by_model",
}


class CurveScheduler(Defaults):
    """A trial pauses after every resource; a searcher says which one goes on by one, or what starts.

    Paused trials are kept by DyHPO's rungs, whose successive-halving rule is never tried.

    Attributes:
        searcher: the class that scores candidates.
    """

    searcher: type

    def __init__(self, problem: Problem, options: Any) -> None:  # noqa: ANN401 - the searcher's `Options`
        largest = problem.max_resource
        levels = RungLevels(grace_period=1, rung_increment=1).below(largest)
        self._searcher = self.searcher(problem, options)
        self._rungs = DyHPORungs(
            levels,
            promote_quantiles(levels, largest),
            problem.mode,
            largest,
            self._searcher,
            0.0,
            DecisionCoin(problem.streams.uniforms("probability_sh")),
        )
        self._trials = 0
        self._counts = dict.fromkeys(_SUMMARY.values(), 0)

    def ask(self, _now_ns: int, /) -> Proposal:
        """Whom the searcher prefers; without scores, it was the next of the random order."""
        choice = self._rungs.choose(self._trials)
        if choice is None:
            return _EXHAUSTED
        reason = self._searcher.explain()
        if choice.decision is ScheduleDecision.START_DYHPO:
            at_random = math.isnan(reason.score)
            kind = ScheduleDecision.START_RANDOM if at_random else ScheduleDecision.START_MODEL
            return Start(choice.config["configuration"], choice.milestone, kind, reason)
        kind = ScheduleDecision.PROMOTE_MODEL
        return Resume(choice.trial_id, choice.resume_from, choice.milestone, kind, reason)

    def tell(self, event: Decided | Reported | Failed) -> None:
        """Keep paused trials and searcher up to date."""
        if type(event) is Reported:
            self._rungs.reach(event.trial, event.resource, event.values[-1], event.complete)
        elif isinstance(event, Decided):
            self._commit(event)
        self._searcher.tell(event)

    def summary(self) -> Mapping[str, int]:
        """Numbers of starts and continuations."""
        return dict(self._counts)

    def diagnostics(self) -> Mapping[str, int | float]:
        """The searcher's counts."""
        counts: Mapping[str, int | float] = self._searcher.diagnostics()
        return counts

    def _commit(self, event: Decided) -> None:
        message = event.message
        if isinstance(message, Resume):
            self._rungs.mark_promoted(message.trial, message.resume_from)
        elif isinstance(message, Start):
            self._trials += 1
        else:
            return
        if message.decision in _SUMMARY:
            self._counts[_SUMMARY[message.decision]] += 1


class DPL(CurveScheduler):
    """Deep power laws (Kadra, Janowski, Wistuba, Grabocka 2023).

    An ensemble of networks maps hyperparameters to power laws, fitted to all values so far. The candidate
    whose law promises the largest expected improvement at the largest resource goes on by one resource.

    Source: "Scaling Laws for Hyperparameter Optimization", NeurIPS 2023, arXiv 2302.00441.
    """

    Options = PowerLawOptions
    searcher = PowerLawSearcher


class FreezeThaw(CurveScheduler):
    """Freeze-thaw Bayesian optimisation: an exponential-decay Gaussian process, chances at random horizons.

    The candidate that is most likely to beat a random threshold a random number of resources ahead goes on
    by one resource.

    Source: the kernel is that of Swersky, Snoek, Adams, "Freeze-Thaw Bayesian Optimization", 2014, arXiv
    1406.3896; the rule is ifBO's, see `IfBO`.
    """

    Options = FreezeThawOptions
    searcher = FreezeThawSearcher


class IfBO(CurveScheduler):
    """ifBO: a transformer trained on simulated learning curves, chances at random horizons.

    Needs the package `ifbo` and its network's weights (`weights`).

    Source: Rakotoarison, Adriaensen, Mallik, Garibov, Bergman, Hutter, "In-Context Freeze-Thaw Bayesian
    Optimization for Hyperparameter Optimization", ICML 2024, arXiv 2404.16795.
    """

    Options = PriorFittedOptions
    searcher = PriorFittedSearcher
