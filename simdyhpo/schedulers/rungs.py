"""The successive-halving rule on rungs: who is promoted, and who is stopped.

`rung_systems` has the same under the names and with the dictionaries of the source document. Trial ids may be
anything hashable.
"""

from __future__ import annotations

import abc
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, ClassVar, Generic, TypeVar

import msgspec

from simdyhpo.decisions import Compared, Reason, ScheduleDecision
from simdyhpo.protocols import PausedTrial
from simdyhpo.schedulers.promotion_rung import PromotionRung
from simdyhpo.schedulers.rung import Mode, Rung, TrialId

AnyRung = TypeVar("AnyRung", bound=Rung)
_PROMOTE_RUNG = ScheduleDecision.PROMOTE_RUNG


class Choice(msgspec.Struct, frozen=True):
    """What a rule proposes.

    Attributes:
        trial_id: the paused trial to promote, or the id of the new trial.
        resume_from, milestone: where it stands and where it should run to; 0 and the first level if new.
        config: the new configuration, as the searcher gave it.
        reason: what the rule looked at, where it says so.
    """

    decision: ScheduleDecision
    trial_id: Any
    resume_from: int
    milestone: int
    config: Any = None
    reason: Reason | None = None


class Rungs(abc.ABC, Generic[AnyRung]):
    """What promotion and stopping have in common: levels, and results at each.

    Args:
        rung_levels: rising resources, all below `max_t`.
        promote_quantiles: one for each level, in (0, 1).
        mode: "min" or "max".
        max_t: the largest resource.
    """

    _make_rung: ClassVar[type[Rung]]

    def __init__(
        self, rung_levels: Sequence[int], promote_quantiles: Sequence[float], mode: Mode, max_t: int
    ) -> None:
        if len(rung_levels) != len(promote_quantiles):
            raise ValueError(f"{len(rung_levels)} rung_levels but {len(promote_quantiles)} promote_quantiles")
        if any(low >= high for low, high in pairwise([*rung_levels, max_t])):
            raise ValueError(f"rung_levels {list(rung_levels)} must rise and stay below max_t {max_t}")
        self.levels = [*rung_levels, max_t]
        """All milestones; there is a rung at each but the last."""
        self.rungs: list[AnyRung] = [
            self._make_rung(r, q, mode)  # type: ignore[misc] # each class names its own
            for r, q in zip(rung_levels, promote_quantiles, strict=True)
        ]
        self.above = dict(pairwise(self.levels))
        """By level of a rung: the next milestone."""
        self.at = {rung.level: rung for rung in self.rungs}
        """By level: the rung there, which the last milestone lacks."""

    @abc.abstractmethod
    def reach(self, trial_id: TrialId, level: int, metric: float, complete: bool = False) -> bool:
        """Record the result at a milestone; whether the trial goes on at once.

        Args:
            complete: its curve ends here, so it can't be promoted.
        """

    def compared(self, trial_id: TrialId, level: int) -> Compared | None:
        """What the rung at a level holds a trial's result against; None where it has none."""
        rung = self.at.get(level)
        return None if rung is None else rung.compared(trial_id)


class PromotionRungs(Rungs[PromotionRung]):
    """Trials pause at every milestone and are promoted by the successive-halving rule (ASHA, promotion).

    A decision costs a look at each rung, which knows whom it would promote.
    """

    _make_rung = PromotionRung

    def promotion(self) -> Choice | None:
        """The promotion that the successive-halving rule grants, if any; changes nothing.

        Rungs are scanned from the top; in each, only the first promotable entry is tested.
        """
        for rung in reversed(self.rungs):
            if rung.eligible is not None:
                return self._choice(rung)
        return None

    def _choice(self, rung: PromotionRung) -> Choice:
        """The promotion of whom a rung would."""
        return Choice(_PROMOTE_RUNG, rung.eligible, rung.level, self.above[rung.level])

    def mark_promoted(self, trial_id: TrialId, level: int) -> None:
        """The trial moves up from the rung at `level`."""
        self.at[level].promote(trial_id)

    def paused_trials(self, resource: int | None = None) -> list[PausedTrial]:
        """(trial_id, pos, next_level) of every promotable entry, top rung first, best first within a rung.

        Args:
            resource: only entries of the rung at this level.
        """
        return [
            (trial_id, position, self.above[rung.level])  # type: ignore[misc] # ids are as the caller gave them
            for rung in reversed(self.rungs)
            if resource is None or rung.level == resource
            for trial_id, position in rung.promotable()
        ]

    def reach(self, trial_id: TrialId, level: int, metric: float, complete: bool = False) -> bool:
        """Insert; every trial pauses."""
        rung = self.at.get(level)
        if rung is not None:
            rung.add(trial_id, metric, complete)
        return False


class StoppingRungs(Rungs[Rung]):
    """Trials run on unless they are worse than the cutoff at a milestone (ASHA, stopping)."""

    _make_rung = Rung

    def reach(self, trial_id: TrialId, level: int, metric: float, complete: bool = False) -> bool:  # noqa: ARG002
        """Insert, then compare: the first finite entry goes on, one that is not finite never does."""
        rung = self.at.get(level)
        return rung is not None and rung.add(trial_id, metric)
