"""Every trial's configuration, position and state, and whether a proposal about it can be carried out."""

from __future__ import annotations

from simdyhpo.candidates import Candidates
from simdyhpo.decisions import Continue, Resume, Start
from simdyhpo.errors import DecisionError

STATES = ("running", "paused", "stopped", "complete", "failed")
RUNNING, PAUSED, STOPPED, COMPLETE, FAILED = range(len(STATES))


class Trials:
    """Trials 0, 1, 2, ... in the order in which they started, as columns."""

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

    def start(self, message: Start) -> int:
        """Begin a new trial and return its id.

        Raises:
            DecisionError: the configuration is unknown or used up, or the milestone is out of range.
        """
        if not 1 <= message.milestone <= self._max_resource:
            raise DecisionError(message, None, f"milestones lie in 1..{self._max_resource}")
        configuration = message.configuration
        if not self._candidates.take(configuration):
            raise DecisionError(message, None, "that configuration is unknown or has started before")
        self.configurations.append(configuration)
        self.resources.append(0)
        self.states.append(RUNNING)
        return len(self.states) - 1

    def resume(self, message: Resume) -> int:
        """Mark a paused trial as running and return its id.

        Raises:
            DecisionError: the trial is unknown, not paused, stands elsewhere, or its milestone isn't ahead.
        """
        trial = message.trial
        if not 0 <= trial < len(self.states):
            raise DecisionError(message, trial, "no such trial has started")
        if self.states[trial] != PAUSED:
            state = STATES[self.states[trial]]
            raise DecisionError(message, trial, f"only a paused trial can resume, and it is {state}")
        if self.resources[trial] != message.resume_from:
            raise DecisionError(message, trial, f"it stands at resource {self.resources[trial]}")
        if not message.resume_from < message.milestone <= self._max_resource:
            raise self._not_ahead(message, trial)
        self.states[trial] = RUNNING
        return trial

    def goes_on(self, trial: int, verdict: Continue) -> None:
        """Check that a running trial can go on to the verdict's milestone.

        Raises:
            DecisionError: the milestone isn't ahead.
        """
        if not self.resources[trial] < verdict.milestone <= self._max_resource:
            raise self._not_ahead(verdict, trial)

    def _not_ahead(self, message: object, trial: int) -> DecisionError:
        allowed = f"{self.resources[trial] + 1}..{self._max_resource}"
        return DecisionError(message, trial, f"the next milestone lies in {allowed}")
