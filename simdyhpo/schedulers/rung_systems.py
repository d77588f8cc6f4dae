"""The rung systems of the source document, name for name: its methods and its dictionaries around our rules.

Schedulers use the rules themselves. What is here is for users of Syne Tune and for comparisons with it; see
docs/deviations.md for where we deliberately differ.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypedDict, TypeVar

import msgspec

from simdyhpo.errors import MilestoneError
from simdyhpo.protocols import DynamicSearcher, PausedTrial
from simdyhpo.schedulers.dyhpo_rungs import SUMMARY_KEYS, DyHPORungs, RandomState
from simdyhpo.schedulers.rung import Mode, Rung, TrialId
from simdyhpo.schedulers.rungs import Choice, PromotionRungs, StoppingRungs

Rule = TypeVar("Rule", PromotionRungs, StoppingRungs)
KEY_NEW_CONFIGURATION = "new_configuration"


class ReportAnswer(TypedDict):
    """What a rung system answers to a report."""

    task_continues: bool
    milestone_reached: bool
    next_milestone: int | None
    ignore_data: bool


class _Running(msgspec.Struct, gc=False):
    """A running trial: where it must report, and from where it resumed (0: from scratch)."""

    milestone: int
    resume_from: int


class RungSystem(Generic[Rule]):
    """The life cycle of a trial.

    Args:
        rung_levels, promote_quantiles, mode, max_t: see `simdyhpo.schedulers.rungs.Rungs`.
        metric, resource_attr: keys of a reported result.
    """

    _make_rule: Callable[..., Any]
    rule: Rule

    def __init__(  # noqa: PLR0913 - the source document's signature
        self,
        rung_levels: Sequence[int],
        promote_quantiles: Sequence[float],
        metric: str,
        mode: Mode,
        resource_attr: str,
        max_t: int,
    ) -> None:
        self.rule = self._make_rule(rung_levels, promote_quantiles, mode, max_t)
        self._metric = metric
        self._resource_attr = resource_attr
        self._running: dict[TrialId, _Running] = {}

    @property
    def rungs(self) -> Sequence[Rung]:
        """The rungs, the lowest first."""
        return self.rule.rungs

    def get_first_milestone(self, skip_rungs: int) -> int:
        """The level at which a new trial is first judged; it skips the lowest `skip_rungs` rungs."""
        return self.get_milestones(skip_rungs)[-1]

    def get_milestones(self, skip_rungs: int) -> list[int]:
        """All milestones of a new trial, largest first, `max_t` included."""
        *below, max_t = self.rule.levels
        return [max_t, *reversed(below[skip_rungs:])]

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
        answer = ReportAnswer(
            task_continues=True,
            milestone_reached=resource == running.milestone,
            next_milestone=None,
            ignore_data=resource <= running.resume_from,
        )
        if answer["milestone_reached"]:
            above = answer["next_milestone"] = self.rule.above.get(resource)
            answer["task_continues"] = self.rule.reach(trial_id, resource, float(result[self._metric]))
            if answer["task_continues"] and above is not None:
                running.milestone = above
        return answer

    def on_task_remove(self, trial_id: TrialId) -> None:
        """A trial stopped running, for whatever reason; what it reported stays."""
        self._running.pop(trial_id, None)


class PromotionRungSystem(RungSystem[PromotionRungs]):
    """ASHA, promotion: see `PromotionRungs`."""

    _make_rule: Callable[..., Any] = PromotionRungs

    @staticmethod
    def does_pause_resume() -> bool:
        """Trials pause at milestones and resume when promoted."""
        return True

    @staticmethod
    def support_early_checkpoint_removal() -> bool:
        """Whether checkpoints of paused trials may be dropped before the run ends."""
        return False

    def choose(self, new_trial_id: TrialId) -> Choice | None:  # noqa: ARG002 - DyHPO needs it
        """What `on_task_schedule` would do; nothing is carried out."""
        return self.rule.promotion()

    def commit(self, choice: Choice) -> None:
        """Carry out a choice."""
        if choice.resume_from:
            self.rule.mark_promoted(choice.trial_id, choice.resume_from)

    def on_task_schedule(self, new_trial_id: TrialId) -> dict[str, Any]:
        """Choose and commit. {} means: start a new trial, if the caller can."""
        choice = self.choose(new_trial_id)
        if choice is None:
            return {}
        self.commit(choice)
        if not choice.resume_from:
            return {KEY_NEW_CONFIGURATION: choice.config}
        return {
            "trial_id": choice.trial_id,
            "resume_from": choice.resume_from,
            "milestone": choice.milestone,
        }

    def paused_trials(self, resource: int | None = None) -> list[PausedTrial]:
        """See `PromotionRungs.paused_trials`."""
        return self.rule.paused_trials(resource)


class StoppingRungSystem(RungSystem[StoppingRungs]):
    """ASHA, stopping: see `StoppingRungs`."""

    _make_rule: Callable[..., Any] = StoppingRungs

    @staticmethod
    def does_pause_resume() -> bool:
        """Trials are never paused."""
        return False


class DyHPORungSystem(PromotionRungSystem):
    """DyHPO: see `DyHPORungs`, also for the arguments."""

    rule: DyHPORungs

    def __init__(  # noqa: PLR0913 - the source document's signature
        self,
        rung_levels: Sequence[int],
        promote_quantiles: Sequence[float],
        metric: str,
        mode: Mode,
        resource_attr: str,
        max_t: int,
        searcher: DynamicSearcher,
        probability_sh: float,
        random_state: RandomState,
    ) -> None:
        self._make_rule = functools.partial(
            DyHPORungs, searcher=searcher, probability_sh=probability_sh, random_state=random_state
        )
        super().__init__(rung_levels, promote_quantiles, metric, mode, resource_attr, max_t)
        self._records: list[tuple[str, int, int]] = []

    @property
    def schedule_records(self) -> list[tuple[str, int, int]]:
        """(trial_id, ScheduleDecision, milestone) of every decision so far."""
        return list(self._records)

    @staticmethod
    def summary_schedule_keys() -> list[str]:
        """Keys of `summary_schedule_records`."""
        return list(SUMMARY_KEYS.values())

    def summary_schedule_records(self) -> dict[str, int]:
        """How many decisions of each kind were recorded."""
        kinds = [kind for _, kind, _ in self._records]
        return {key: kinds.count(kind) for kind, key in SUMMARY_KEYS.items()}

    def choose(self, new_trial_id: TrialId) -> Choice | None:
        """What `on_task_schedule` would do; nothing is carried out, but the coin is drawn."""
        return self.rule.choose(new_trial_id)

    def commit(self, choice: Choice) -> None:
        """Carry out a choice, and record it."""
        super().commit(choice)
        self._records.append((str(choice.trial_id), int(choice.decision), choice.milestone))
