"""What each kind of decision does and means: the one home of its words and looks."""

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


class Meaning(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of decision.

    Attributes:
        effect: what it does to the trial.
        words: what happened, to be read after the kind's name; no full stop.
        why: what the kind says of its reason by itself, where a scheduler's entry says no more, written as
            there; empty where a searcher's scores are the reason.
        by_rule: whether its reason's numbers are what a rule looked at and what it held that against; else
            they are scores of candidates.
        colour: in every figure.
        symbol: matplotlib's, of a kind that promotes, where promotions are points.
    """

    effect: Effect
    words: str
    why: str = ""
    by_rule: bool = False
    colour: str
    symbol: str = ""


_JUDGED = "So {scheduler!r} judged it at this milestone."

# Okabe and Ito's whole palette, a light grey, and a darker shade of the pink for other models' promotions.
# As with schedulers, blue is DyHPO's and orange is halving's.
MEANINGS: Mapping[ScheduleDecision, Meaning] = {
    ScheduleDecision.PROMOTE_SH: Meaning(
        effect=Effect.PROMOTES,
        words="a paused trial resumes, by DyHPO's successive-halving rule",
        why="The successive-halving rule of {scheduler!r} promoted it.",
        by_rule=True,
        colour="#D55E00",
        symbol="^",
    ),
    ScheduleDecision.PROMOTE_DYHPO: Meaning(
        effect=Effect.PROMOTES,
        words="a paused trial resumes: it won DyHPO's scoring",
        colour="#56B4E9",
        symbol="o",
    ),
    ScheduleDecision.START_DYHPO: Meaning(
        effect=Effect.STARTS,
        words="a new configuration starts: it won DyHPO's scoring",
        colour="#0072B2",
    ),
    ScheduleDecision.START_RANDOM: Meaning(
        effect=Effect.STARTS,
        words="a new configuration starts: the next of the seed's random order",
        why="It was the next configuration of the random order that seed {seed} gives.",
        colour="#C8C8C8",
    ),
    ScheduleDecision.START_MODEL: Meaning(
        effect=Effect.STARTS,
        words="a new configuration starts, chosen by some other model",
        why="A model of {scheduler!r} chose the configuration.",
        colour="#CC79A7",
    ),
    ScheduleDecision.PROMOTE_RUNG: Meaning(
        effect=Effect.PROMOTES,
        words="a paused trial resumes, by a rung rule",
        why="The rung rule of {scheduler!r} promoted it.",
        by_rule=True,
        colour="#E69F00",
        symbol="s",
    ),
    ScheduleDecision.CONTINUE: Meaning(
        effect=Effect.CONTINUES,
        words="a running trial passed its milestone and keeps its worker",
        why=_JUDGED,
        by_rule=True,
        colour="#009E73",
    ),
    ScheduleDecision.STOP: Meaning(
        effect=Effect.ENDS,
        words="a running trial was ended for good at its milestone",
        why=_JUDGED,
        by_rule=True,
        colour="#000000",
    ),
    ScheduleDecision.RETRY: Meaning(
        effect=Effect.RETRIES,
        words="a trial runs again after its worker failed",
        why="A lost trial is retried before any new decision; no rule was asked.",
        colour="#F0E442",
    ),
    ScheduleDecision.PROMOTE_MODEL: Meaning(
        effect=Effect.PROMOTES,
        words="a paused trial resumes, chosen by some other model",
        why="A model of {scheduler!r} chose it.",
        colour="#8B3A75",
        symbol="D",
    ),
}
"""Every member of `ScheduleDecision`, in its order."""


def kinds_that(*effects: Effect) -> tuple[ScheduleDecision, ...]:
    """All kinds with one of these effects, in the order of `ScheduleDecision`."""
    return tuple(kind for kind in ScheduleDecision if MEANINGS[kind].effect in effects)
