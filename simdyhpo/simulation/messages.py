"""Whether a scheduler's message is what its fields promise: whole numbers, a kind that fits, sound reasons.

numpy's whole numbers become Python's: a `uint8` that counts on would run over.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
import numpy as np

from simdyhpo.decision_kinds import Effect, kinds_that
from simdyhpo.decisions import (
    Continue,
    Pause,
    Proposal,
    Reason,
    Resume,
    ScheduleDecision,
    Start,
    Stop,
    Verdict,
    Wait,
)
from simdyhpo.errors import DecisionError, short

T = TypeVar("T", Start, Resume, Continue, Stop)

STARTS, PROMOTIONS = frozenset(kinds_that(Effect.STARTS)), frozenset(kinds_that(Effect.PROMOTES))
_KINDS: dict[type, frozenset[ScheduleDecision]] = {Start: STARTS, Resume: PROMOTIONS}
_LARGEST = 2**63
_OTHERS = ("paused", "new", None)
_REASON = tuple((field.name, field.type is int) for field in msgspec.structs.fields(Reason))
"""A reason's fields, and whether each is a count."""


def checked_proposal(answer: object) -> Proposal:
    """An answer to `ask` with plain numbers.

    Raises:
        DecisionError: it is no `Start`, `Resume` or `Wait`, or a field is wrong.
    """
    if type(answer) is Start:
        return mended(answer)
    if type(answer) is Resume:
        return mended(answer)
    if type(answer) is Wait:
        check_wait(answer)
        return answer
    raise no_proposal(answer)


def checked_verdict(answer: object, trial: int) -> Verdict:
    """A verdict about `trial` with plain numbers.

    Raises:
        DecisionError: it is no `Pause`, `Continue` or `Stop`, or a field is wrong.
    """
    if type(answer) is Continue:
        return mended(answer)
    if type(answer) is Stop:
        return mended(answer)
    if type(answer) is Pause:
        return answer
    raise no_verdict(answer, trial)


def no_proposal(answer: object) -> DecisionError:
    """What `ask` answered is none of the three messages."""
    return DecisionError(answer, None, "ask must answer Start, Resume or Wait")


def no_verdict(answer: object, trial: int) -> DecisionError:
    """What `verdict` answered is none of the three messages."""
    return DecisionError(answer, trial, "a verdict must be Pause, Continue or Stop")


def check_wait(message: Wait) -> None:
    """Raise a `DecisionError` unless it says yes or no."""
    if not isinstance(message.exhausted, bool | np.bool_):
        raise DecisionError(message, None, f"exhausted is {short(message.exhausted)}: give True or False")


def mended(message: T) -> T:
    """The message with plain numbers.

    Raises:
        DecisionError: a field's type is wrong, its kind is none of this message, or its reason is none.
    """
    fields: dict[str, Any] = msgspec.structs.asdict(message)
    for name, value in fields.items():
        if name == "decision":
            fields[name] = _kind(message, value)
        elif name == "reason":
            fields[name] = None if value is None else _reason(message, value)
        else:
            fields[name] = _whole(message, name, value)
    return type(message)(**fields)


def _whole(message: object, name: str, value: object) -> int:
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return int(value)
    advice = "give a whole number"
    if isinstance(value, float | np.floating) and float(value).is_integer():
        advice = f"give a whole number, int({short(value)})"
    raise DecisionError(message, None, f"{name} is {_typed(value)}: {advice}")


def _kind(message: object, value: object) -> ScheduleDecision:
    allowed = _KINDS[type(message)]
    if isinstance(value, int | np.integer) and not isinstance(value, bool) and value in allowed:
        return ScheduleDecision(int(value))
    names = ", ".join(sorted(kind.name for kind in allowed))
    raise DecisionError(
        message, None, f"decision is {_typed(value)}: give a ScheduleDecision, one of {names}"
    )


def _reason(message: object, reason: object) -> Reason:
    if not isinstance(reason, Reason):
        raise DecisionError(message, None, f"reason is {_typed(reason)}: give a Reason, or None")
    fields: dict[str, Any] = msgspec.structs.asdict(reason)
    exact = True
    for name, counts in _REASON:
        value = fields[name]
        if name == "runner_up_kind":
            if not (value is None or isinstance(value, str)) or value not in _OTHERS:
                raise DecisionError(
                    message, None, f'its reason\'s {name} is {_typed(value)}: give "paused", "new" or None'
                )
            continue
        plain = _count(message, name, value) if counts else _number(message, name, value)
        exact &= type(plain) is type(value)
        fields[name] = plain
    return reason if exact else Reason(**fields)


def _count(message: object, name: str, value: object) -> int:
    count = _whole(message, f"its reason's {name}", value)
    if not 0 <= count < _LARGEST:
        raise DecisionError(
            message, None, f"its reason's {name} is {short(count)}: give a count of candidates"
        )
    return count


def _number(message: object, name: str, value: object) -> float:
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            pass  # a whole number beyond all floats
    raise DecisionError(message, None, f"its reason's {name} is {_typed(value)}: give a float, nan for none")


def _typed(value: object) -> str:
    return "None" if value is None else f"{short(value)} ({type(value).__name__})"
