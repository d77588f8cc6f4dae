"""What each kind of decision does and means: the one home of the words that pages and figures show."""

from __future__ import annotations

import enum
from collections.abc import Mapping

import msgspec

from simdyhpo.decisions import ScheduleDecision


class Effect(enum.Enum):
    """What a decision does to a trial; who treats kinds alike asks for this, not for a list of kinds."""

    STARTS = "starts"
    """A trial begins that didn't exist before."""
    PROMOTES = "promotes"
    """A paused trial takes a worker and goes on."""
    CONTINUES = "continues"
    """A running trial keeps its worker."""
    ENDS = "ends"
    """A running trial is over."""
    RETRIES = "retries"
    """An interrupted trial takes a worker and runs the same stretch again."""


class Meaning(msgspec.Struct, frozen=True):
    """A kind of decision.

    Attributes:
        effect: what it does to the trial.
        words: what happened, to be read after the kind's name; no full stop.
    """

    effect: Effect
    words: str


MEANINGS: Mapping[ScheduleDecision, Meaning] = {
    ScheduleDecision.PROMOTE_SH: Meaning(
        Effect.PROMOTES, "a paused trial resumes, by DyHPO's successive-halving rule"
    ),
    ScheduleDecision.PROMOTE_DYHPO: Meaning(
        Effect.PROMOTES, "a paused trial resumes: it won DyHPO's scoring"
    ),
    ScheduleDecision.START_DYHPO: Meaning(
        Effect.STARTS, "a new configuration starts: it won DyHPO's scoring"
    ),
    ScheduleDecision.START_RANDOM: Meaning(
        Effect.STARTS, "a new configuration starts: the next of the seed's random order"
    ),
    ScheduleDecision.START_MODEL: Meaning(
        Effect.STARTS, "a new configuration starts, chosen by some other model"
    ),
    ScheduleDecision.PROMOTE_RUNG: Meaning(Effect.PROMOTES, "a paused trial resumes, by a rung rule"),
    ScheduleDecision.CONTINUE: Meaning(
        Effect.CONTINUES, "a running trial passed its milestone and keeps its worker"
    ),
    ScheduleDecision.STOP: Meaning(Effect.ENDS, "a running trial was ended for good at its milestone"),
    ScheduleDecision.RETRY: Meaning(Effect.RETRIES, "a trial runs again after its worker failed"),
    ScheduleDecision.PROMOTE_MODEL: Meaning(
        Effect.PROMOTES, "a paused trial resumes, chosen by some other model"
    ),
}
"""Every member of `ScheduleDecision`, in its order."""


def kinds_that(*effects: Effect) -> tuple[ScheduleDecision, ...]:
    """All kinds with one of these effects, in the order of `ScheduleDecision`."""
    return tuple(kind for kind in ScheduleDecision if MEANINGS[kind].effect in effects)
