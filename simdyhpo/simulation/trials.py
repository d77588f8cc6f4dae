"""Every trial's configuration, position and state, and whether a proposal about it can be carried out."""

from __future__ import annotations

from simdyhpo.candidates import Candidates
from simdyhpo.decisions import Continue, Resume, ScheduleDecision, Start
from simdyhpo.errors import DecisionError
from simdyhpo.simulation.messages import PROMOTIONS, STARTS, mended

STATES = ("running", "paused", "stopped", "complete", "failed")
RUNNING, PAUSED, STOPPED, COMPLETE, FAILED = range(len(STATES))

# By kind; looking into a set would ask an enum for its hash.
_STARTS = [kind in STARTS for kind in ScheduleDecision]
_PROMOTIONS = [kind in PROMOTIONS for kind in ScheduleDecision]


class Trials:
    """Trials 0, 1, 2, ... in the order in which they started, as columns.

    A message is taken as it is if it is what its fields promise, as it nearly always is, and mended if not.
    """

    def __init__(self, candidates: Candidates, max_resource: int) -> None:
        self._candidates = candidates
        self._max_resource = max_resource
        self.configurations: list[int] = []
        self.resources: list[int] = []
        self.states = bytearray()

    def __len__(self) -> int:
        return len(self.states)

    @property
    def paused(self) -> int:
        """Number of paused trials."""
        return self.states.count(PAUSED)

    def start(self, message: Start) -> Start:
        """Begin the next trial, and return the message with plain numbers: itself, as a rule.

        Raises:
            DecisionError: a field is wrong, the configuration is unknown or used up, or the milestone is out
                of range.
        """
        configuration, milestone = message.configuration, message.milestone
        if (
            type(configuration) is not int
            or type(milestone) is not int
            or type(message.decision) is not ScheduleDecision
            or not _STARTS[message.decision]
            or message.reason is not None
        ):
            message = mended(message)
            configuration, milestone = message.configuration, message.milestone
        if not 1 <= milestone <= self._max_resource:
            raise DecisionError(message, None, f"milestones lie in 1..{self._max_resource}")
        if not self._candidates.take(configuration):
            raise DecisionError(message, None, "that configuration is unknown or has started before")
        self.configurations.append(configuration)
        self.resources.append(0)
        self.states.append(RUNNING)
        return message

    def resume(self, message: Resume) -> Resume:
        """Mark a paused trial as running, and return the message with plain numbers: itself, as a rule.

        Raises:
            DecisionError: a field is wrong, the trial is unknown, not paused, stands elsewhere, or its
                milestone isn't ahead.
        """
        trial, resume_from, milestone = message.trial, message.resume_from, message.milestone
        if (
            type(trial) is not int
            or type(resume_from) is not int
            or type(milestone) is not int
            or type(message.decision) is not ScheduleDecision
            or not _PROMOTIONS[message.decision]
            or message.reason is not None
        ):
            message = mended(message)
            trial, resume_from, milestone = message.trial, message.resume_from, message.milestone
        if not 0 <= trial < len(self.states):
            raise DecisionError(message, trial, "no such trial has started")
        if self.states[trial] != PAUSED:
            state = STATES[self.states[trial]]
            raise DecisionError(message, trial, f"only a paused trial can resume, and it is {state}")
        if self.resources[trial] != resume_from:
            raise DecisionError(message, trial, f"it stands at resource {self.resources[trial]}")
        if not resume_from < milestone <= self._max_resource:
            raise self._not_ahead(message, trial)
        self.states[trial] = RUNNING
        return message

    def goes_on(self, trial: int, verdict: Continue) -> Continue:
        """The verdict with a plain number, itself as a rule, if a running trial can go on to its milestone.

        Raises:
            DecisionError: a field is wrong, or the milestone isn't ahead.
        """
        if verdict.reason is not None or type(verdict.milestone) is not int:
            verdict = mended(verdict)
        if not self.resources[trial] < verdict.milestone <= self._max_resource:
            raise self._not_ahead(verdict, trial)
        return verdict

    def _not_ahead(self, message: object, trial: int) -> DecisionError:
        allowed = f"{self.resources[trial] + 1}..{self._max_resource}"
        return DecisionError(message, trial, f"the next milestone lies in {allowed}")
