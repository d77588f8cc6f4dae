"""Schedulers whose logs show what decisions alone don't: the rung system's surface, and scores."""

from __future__ import annotations

import msgspec
import numpy as np

from simdyhpo.decisions import Decided, Pause, Reason, Reported, Resume, ScheduleDecision, Start, Wait
from simdyhpo.errors import MilestoneError
from simdyhpo.schedulers.asha import ASHAOptions
from simdyhpo.schedulers.dyhpo import DyHPO
from simdyhpo.schedulers.rung_systems import PromotionRungSystem
from simdyhpo.searchers.dynamic import DynamicHPOSearcher
from simdyhpo.searchers.settings import DecayOptions


class Surface:
    """ASHA by way of the dictionaries of the source document.

    Trials report from epoch 1 again whenever they resume, as without checkpoints, and once beyond their
    milestone.
    The log's `new_scored` counts the reports that were to be ignored, `paused_scored` those that overshot;
    `mean` sums up who is paused, at which place, and `deviation` who is still taken to run.
    """

    Options = ASHAOptions

    def __init__(self, problem, options):
        levels, quantiles = options.levels(problem.max_resource)
        self._candidates = problem.candidates
        self._rungs = PromotionRungSystem(
            levels, quantiles, "loss", problem.mode, "epoch", problem.max_resource
        )
        self._values, self._running = {}, set()
        self._started = self._ignored = self._overshot = self._still_known = 0

    def ask(self, now_ns):
        offered = self._rungs.paused_trials()
        places = sum((1 + int(trial)) * (1 + place) * level for trial, place, level in offered)
        why = Reason(
            new_scored=self._ignored,
            paused_scored=self._overshot,
            mean=float(places),
            deviation=float(self._still_known),
        )
        choice = self._rungs.choose(None)
        if choice is not None:
            return Resume(
                choice.trial_id, choice.resume_from, choice.milestone, ScheduleDecision.PROMOTE_RUNG, why
            )
        configuration = self._candidates.next_random()
        if configuration is None:
            return Wait(exhausted=True)
        first = self._rungs.get_milestones(self._skipped(self._started))[-1]
        return Start(configuration, first, ScheduleDecision.START_RANDOM, why)

    @staticmethod
    def _skipped(trial):
        """Every fourth trial is first judged at the second rung, as in another bracket."""
        return int(trial % 4 == 3)

    def verdict(self, trial, resource):
        return Pause()

    def tell(self, event):
        if type(event) is Decided:
            message = event.message
            if type(message) is Resume:
                self._rungs.rule.mark_promoted(message.trial, message.resume_from)
                self._rungs.on_task_add(
                    message.trial, 0, False, milestone=message.milestone, resume_from=message.resume_from
                )
            else:
                self._rungs.on_task_add(event.trial, self._skipped(event.trial))
                self._started += 1
            self._running.add(event.trial)
            return
        assert type(event) is Reported
        seen = self._values.setdefault(event.trial, [])
        seen.extend(event.values)
        for epoch, value in enumerate(seen, 1):
            answer = self._rungs.on_task_report(event.trial, {"loss": value, "epoch": epoch}, 0)
            self._ignored += answer["ignore_data"]
        if event.complete and event.resource in self._rungs.rule.above:
            self._rungs.rule.mark_promoted(event.trial, event.resource)  # it has nowhere to go
        try:
            self._rungs.on_task_report(event.trial, {"loss": 0.0, "epoch": event.resource + 1}, 0)
        except MilestoneError:
            self._overshot += 1
        self._rungs.on_task_remove(event.trial)
        self._running.discard(event.trial)
        self._still_known = sum(self._knows(trial) for trial in (*self._running, event.trial))

    def _knows(self, trial):
        """Whether the rung system takes a trial to run: others it doesn't let report."""
        try:
            self._rungs.on_task_report(trial, {"loss": 0.0, "epoch": 0}, 0)
        except KeyError:
            return False
        return True

    def summary(self):
        return {}

    def diagnostics(self):
        return {}


class LastValue:
    """A surrogate without a library: the last value seen, less certain further ahead and with less running.

    Configurations that were never seen are taken to be as good as the mean, to `1 / (1 + x)` of it.
    """

    def __init__(self, options, streams):
        self._seen = None

    def fit(self, observations):
        self._seen = observations

    def predict(self, configurations, resources):
        seen = self._seen
        lengths = seen.lengths[configurations]
        last = seen.curves[configurations, np.maximum(lengths - 1, 0)]
        usual = float(seen.values.mean())
        known = (lengths > 0) & np.isfinite(last)
        ahead = (resources - lengths) / seen.max_resource
        mean = np.where(
            known, np.where(known, last, 0.0) - 0.05, usual * (1 - 0.1 * seen.features[configurations, 0])
        )
        pending = 1.0 + float(np.sum(seen.pending_resources))
        return mean, (0.05 + ahead) / pending

    def diagnostics(self):
        return {}


class _Searcher(DynamicHPOSearcher):
    Options = DecayOptions
    surrogate = "tests.golden.seen:LastValue"


class ScoredOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    probability_sh: float = 0.25


class Scored(DyHPO):
    """DyHPO with `LastValue`: all of it but the model, so that scores are the same on every machine."""

    Options = ScoredOptions
    parse_options = given_options = None  # its options are plain

    def __init__(self, problem, options):
        usual = DyHPO.parse_options(
            {"searcher": "random", "safeguard": False, "probability_sh": options.probability_sh}
        )
        super().__init__(problem, usual)
        settings = DecayOptions(initial_random=4, candidates=None)
        self._searcher = _Searcher(problem, settings)
        self._rungs._searcher = self._searcher
