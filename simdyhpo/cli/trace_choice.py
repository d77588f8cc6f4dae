"""Which of a run's decisions are shown."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.errors import OptionError, UnknownNameError
from simdyhpo.options import parse_pairs
from simdyhpo.records import DecisionRecord

_NUMBERS: Mapping[str, Callable[[str], Any]] = {"int": int, "float": float}


def chosen(
    records: Iterable[DecisionRecord],
    *,
    where: Sequence[str] = (),
    trial: int | None = None,
    head: int | None = None,
    tail: int | None = None,
) -> Iterator[DecisionRecord]:
    """Those that fit all that is asked; of these the first or the last ones.

    Args:
        records: in order.
        where: what a column has to be, each as `COLUMN=VALUE`; kinds of decisions by name.
        trial: only those about it.
        head, tail: how many from the beginning, or from the end.

    Raises:
        UnknownNameError: there is no such column or kind of decision.
        OptionError: a value isn't of its column's kind, or something isn't written as COLUMN=VALUE.
    """
    wanted = {name: _value(name, text) for name, text in parse_pairs(where).items()}
    if trial is not None:
        wanted["trial"] = trial
    fitting = (one for one in records if all(getattr(one, name) == value for name, value in wanted.items()))
    first = islice(fitting, head)
    return first if tail is None else iter(deque(first, tail))


def _value(name: str, text: str) -> object:
    kinds = DecisionRecord.__annotations__
    if name not in kinds:
        raise UnknownNameError("column", name, kinds)
    if name == "decision":
        if text not in ScheduleDecision.__members__:
            raise UnknownNameError("kind of decision", text, ScheduleDecision.__members__)
        return ScheduleDecision[text]
    if kinds[name] not in _NUMBERS:
        return text
    try:
        return _NUMBERS[kinds[name]](text)
    except ValueError:
        raise OptionError("where", f"{name}={text}", f"{name} is a number") from None
