"""Rung systems: the successive-halving rule, and the life cycle of a trial in it.

Names and behaviour of the public methods are those of the DyHPO rung system's source document; see
docs for where we deliberately differ. Trial ids may be anything hashable.
"""

from __future__ import annotations

import abc
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, ClassVar, Generic, TypedDict, TypeVar

import msgspec

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.errors import MilestoneError
from simdyhpo.protocols import PausedTrial
from simdyhpo.schedulers.promotion_rung import PromotionRung
from simdyhpo.schedulers.rung import Mode, Rung, TrialId

AnyRung = TypeVar("AnyRung", bound=Rung)
KEY_NEW_CONFIGURATION = "new_configuration"
_PROMOTE_RUNG = ScheduleDecision.PROMOTE_RUNG


class ReportAnswer(TypedDict):
    """What a rung system answers to a report."""

    task_continues: bool
    milestone_reached: bool
    next_milestone: int | None
    ignore_data: bool


class Choice(msgspec.Struct, frozen=True):
    """What a rung system proposes; `decision` is None when there is nothing to run.

    Attributes:
        trial_id: the paused trial to promote, or the id of the new trial.
        resume_from, milestone: where it stands and where it should run to; 0 and the first level if new.
        config: the new configuration, as the searcher gave it.
    """

    decision: ScheduleDecision | None = None
    trial_id: Any = None
    resume_from: int = 0
    milestone: int = 0
    config: Any = None

    def as_dict(self) -> dict[str, Any]:
        """The dictionary of the source document's `on_task_schedule`."""
        if self.decision is None:
            return {}
        if self.decision is ScheduleDecision.START_DYHPO:
            return {KEY_NEW_CONFIGURATION: self.config}
        return {
            "trial_id": self.trial_id,
            "resume_from": self.resume_from,
            "milestone": self.milestone,
        }


NOTHING = Choice()


class _Running(msgspec.Struct, gc=False):
    """A running trial: where it must report, and from where it resumed (0: from scratch)."""

    milestone: int
    resume_from: int


class RungSystem(abc.ABC, Generic[AnyRung]):
    """What promotion and stopping have in common: levels, running trials, reports.

    Args:
        rung_levels: rising resources, all below `max_t`.
        promote_quantiles: one for each level, in (0, 1).
        metric, resource_attr: keys of a reported result.
        mode: "min" or "max".
        max_t: the largest resource.
    """

    _make_rung: ClassVar[type[Rung]]

    def __init__(  # noqa: PLR0913 - the source document's signature
        self,
        rung_levels: Sequence[int],
        promote_quantiles: Sequence[float],
        metric: str,
        mode: Mode,
        resource_attr: str,
        max_t: int,
    ) -> None:
        if len(rung_levels) != len(promote_quantiles):
            raise ValueError(f"{len(rung_levels)} rung_levels but {len(promote_quantiles)} promote_quantiles")
        if any(low >= high for low, high in pairwise([*rung_levels, max_t])):
            raise ValueError(f"rung_levels {list(rung_levels)} must rise and stay below max_t {max_t}")
        self.rung_levels = list(rung_levels)
        self.rungs: list[AnyRung] = [
            self._make_rung(r, q, mode)  # type: ignore[misc] # each class names its own
            for r, q in zip(rung_levels, promote_quantiles, strict=True)
        ]
        self.max_t = max_t
        self._metric = metric
        self._resource_attr = resource_attr
        self._running: dict[TrialId, _Running] = {}
        self._above = dict(pairwise([*self.rung_levels, max_t]))
        self._below = {high: low for low, high in self._above.items()}
        self._rung_at = {rung.level: rung for rung in self.rungs}

    def get_first_milestone(self, skip_rungs: int) -> int:
        """The level at which a new trial is first judged; it skips the lowest `skip_rungs` rungs."""
        return self.rung_levels[skip_rungs] if skip_rungs < len(self.rung_levels) else self.max_t

    def get_milestones(self, skip_rungs: int) -> list[int]:
        """All milestones of a new trial, largest first, `max_t` included."""
        return [self.max_t, *reversed(self.rung_levels[skip_rungs:])]

    def on_task_add(
        self,
        trial_id: TrialId,
        skip_rungs: int,
        new_config: bool = True,
        milestone: int | None = None,
        resume_from: int | None = None,
        **_ignored: object,
    ) -> None:
        """A trial starts, or resumes towards `milestone` from `resume_from`."""
        if new_config or milestone is None:
            self._running[trial_id] = _Running(self.get_first_milestone(skip_rungs), 0)
        else:
            self._running[trial_id] = _Running(milestone, resume_from or 0)

    def on_task_report(self, trial_id: TrialId, result: Mapping[str, Any], skip_rungs: int) -> ReportAnswer:  # noqa: ARG002
        """A running trial reports.

        Raises:
            MilestoneError: the report passed the trial's milestone without having hit it.
        """
        resource = int(result[self._resource_attr])
        running = self._running[trial_id]
        if resource > running.milestone:
            raise MilestoneError(trial_id, resource, running.milestone)
        ignore = resource <= running.resume_from
        if resource < running.milestone:
            return ReportAnswer(
                task_continues=True, milestone_reached=False, next_milestone=None, ignore_data=ignore
            )
        above = self._above.get(resource)
        goes_on = self.reach(trial_id, resource, float(result[self._metric]))
        if goes_on and above is not None:
            running.milestone = above
        return ReportAnswer(
            task_continues=goes_on, milestone_reached=True, next_milestone=above, ignore_data=ignore
        )

    def on_task_remove(self, trial_id: TrialId) -> None:
        """A trial stopped running, for whatever reason; what it reported stays."""
        self._running.pop(trial_id, None)

    @abc.abstractmethod
    def reach(self, trial_id: TrialId, level: int, metric: float, complete: bool = False) -> bool:
        """Record the result at a milestone; whether the trial goes on at once.

        Args:
            complete: its curve ends here, so it can't be promoted.
        """


class PromotionRungSystem(RungSystem[PromotionRung]):
    """Trials pause at every milestone and are promoted by the successive-halving rule (ASHA, promotion).

    A decision costs a look at each rung, which knows whom it would promote.
    """

    _make_rung = PromotionRung

    @staticmethod
    def does_pause_resume() -> bool:
        """Trials pause at milestones and resume when promoted."""
        return True

    @staticmethod
    def support_early_checkpoint_removal() -> bool:
        """Whether checkpoints of paused trials may be dropped before the run ends."""
        return False

    def choose(self, new_trial_id: TrialId) -> Choice:  # noqa: ARG002 - DyHPO needs it
        """The promotion that the successive-halving rule grants, if any; changes nothing.

        Rungs are scanned from the top; in each, only the first promotable entry is tested.
        """
        for rung in reversed(self.rungs):
            if rung.eligible is not None:
                return Choice(_PROMOTE_RUNG, rung.eligible, rung.level, self._above[rung.level])
        return NOTHING

    def commit(self, choice: Choice) -> None:
        """Carry out a choice: a promoted trial is marked in its rung."""
        if choice.resume_from:
            self.mark_promoted(choice.trial_id, choice.resume_from)

    def mark_promoted(self, trial_id: TrialId, level: int) -> None:
        """The trial moves up from the rung at `level`."""
        self._rung_at[level].promote(trial_id)

    def on_task_schedule(self, new_trial_id: TrialId) -> dict[str, Any]:
        """Choose and commit. {} means: start a new trial, if the caller can."""
        choice = self.choose(new_trial_id)
        self.commit(choice)
        return choice.as_dict()

    def paused_trials(self, resource: int | None = None) -> list[PausedTrial]:
        """(trial_id, pos, next_level) of every promotable entry, top rung first, best first within a rung.

        Args:
            resource: only entries of the rung at this level.
        """
        return [
            (trial_id, position, self._above[rung.level])  # type: ignore[misc] # ids are as the caller gave them
            for rung in reversed(self.rungs)
            if resource is None or rung.level == resource
            for trial_id, position in rung.promotable()
        ]

    def reach(self, trial_id: TrialId, level: int, metric: float, complete: bool = False) -> bool:
        """Insert; every trial pauses."""
        rung = self._rung_at.get(level)
        if rung is not None:
            rung.add(trial_id, metric, complete)
        return False


class StoppingRungSystem(RungSystem[Rung]):
    """Trials run on unless they are worse than the cutoff at a milestone (ASHA, stopping)."""

    _make_rung = Rung

    @staticmethod
    def does_pause_resume() -> bool:
        """Trials are never paused."""
        return False

    def reach(self, trial_id: TrialId, level: int, metric: float, complete: bool = False) -> bool:  # noqa: ARG002
        """Insert, then compare: the first finite entry goes on, one that is not finite never does."""
        rung = self._rung_at.get(level)
        return rung is not None and rung.add(trial_id, metric)
