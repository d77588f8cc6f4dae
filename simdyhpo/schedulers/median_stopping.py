"""The median stopping rule of Google Vizier: who is worse than the usual trial ends early."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Annotated, Literal

import msgspec

from simdyhpo.decisions import (
    NAN,
    Compared,
    Continue,
    Decided,
    Failed,
    Proposal,
    Reported,
    ScheduleDecision,
    Start,
    Stop,
    Verdict,
    Wait,
)
from simdyhpo.protocols import Problem
from simdyhpo.scheduler_defaults import Defaults
from simdyhpo.schedulers.running_quantile import RunningQuantile

_STOP = Stop()


class MedianStoppingOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the median stopping rule.

    Attributes:
        grace_period: no trial is judged before this resource.
        min_trials: nor before so many others can be compared with.
        peers: "completed": those whose curve has ended. "all": whoever has come as far.
    """

    grace_period: Annotated[int, msgspec.Meta(ge=1)] = 1
    min_trials: Annotated[int, msgspec.Meta(ge=1)] = 1
    peers: Literal["completed", "all"] = "completed"


class _Curve:
    """What a trial has reported: its best value, and the average up to each resource, while it is finite."""

    def __init__(self) -> None:
        self.best = float("inf")
        self.averages: list[float] = []
        self._sum = 0.0
        self.finite = True

    def add(self, key: float) -> None:
        """The next value, lower being better."""
        self.finite = self.finite and isfinite(key)
        if self.finite:
            self.best = min(self.best, key)
            self._sum += key
            self.averages.append(self._sum / (len(self.averages) + 1))


class MedianStopping(Defaults):
    """The median stopping rule (Golovin et al. 2017, "Google Vizier", section 3.2.2), on random search.

    A trial that has reported at resource s ends if its best value up to s is worse than the median of the
    averages, up to s, of what the trials before it have reported. Otherwise it runs on, on the same worker.
    """

    Options = MedianStoppingOptions

    def __init__(self, problem: Problem, options: MedianStoppingOptions) -> None:
        self._candidates = problem.candidates
        self._first = min(options.grace_period, problem.max_resource)
        self._min_trials, self._wait_for_end = options.min_trials, options.peers == "completed"
        self._sign = 1.0 if problem.mode == "min" else -1.0
        self._curves: dict[int, _Curve] = {}
        """Of trials that run."""
        self._medians = [RunningQuantile(0.5) for _ in range(problem.max_resource)]
        """By resource, from 1: of the averages up to there."""
        self._stops = False
        """What becomes of the trial that reported last."""
        self._judged = -1, NAN, NAN
        """Which trial that is, its best value and the median, both lower is better."""
        self._decided: dict[type, int] = {Start: 0, Continue: 0, Stop: 0}

    def ask(self, _now_ns: int, /) -> Proposal:
        """Start the next configuration of the random order."""
        configuration = self._candidates.next_random()
        if configuration is None:
            return Wait(exhausted=True)
        return Start(configuration, self._first, ScheduleDecision.START_RANDOM)

    def verdict(self, _trial: int, resource: int, /) -> Verdict:
        """What the medians said when the trial's last report was told."""
        return _STOP if self._stops else Continue(resource + 1)

    def tell(self, event: Decided | Reported | Failed) -> None:
        """Keep curves and medians up to date. Of a trial that failed, `peers=all` keeps what it reported."""
        if isinstance(event, Reported):
            self._report(event)
        elif isinstance(event, Failed):
            self._curves.pop(event.trial, None)
        else:
            self._decided[type(event.message)] += 1
            if isinstance(event.message, Stop):
                del self._curves[event.trial]

    def summary(self) -> Mapping[str, int]:
        """Numbers of starts and verdicts."""
        return {
            "started_at_random": self._decided[Start],
            "continued": self._decided[Continue],
            "stopped": self._decided[Stop],
        }

    def compared(self, trial: int, _resource: int, /) -> Compared | None:
        """The best value of the trial that reported last, and the median of others' averages."""
        judged, best, median = self._judged
        return Compared(self._sign * best, self._sign * median) if judged == trial else None

    def _report(self, event: Reported) -> None:
        """Judge the trial by those before it; then it counts, too."""
        curve = self._curves.setdefault(event.trial, _Curve())
        known = len(curve.averages)
        for value in event.values:
            curve.add(self._sign * value)
        median = self._medians[event.resource - 1]
        enough = median.count >= self._min_trials
        self._stops = not curve.finite or (enough and curve.best > median.value)
        self._judged = event.trial, curve.best, median.value if enough else NAN
        if event.complete:
            del self._curves[event.trial]
        if event.complete or not self._wait_for_end:
            averages = curve.averages[0 if self._wait_for_end else known :]
            first = len(curve.averages) - len(averages)
            for place, average in enumerate(averages, first):
                self._medians[place].add(average)
