"""What a scheduler says of itself when a run ends: it is stored, so it must be what the format holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from simdyhpo.errors import CountsError, short
from simdyhpo.files.limits import COUNT_NAME_LETTERS, COUNTS, WHOLE_NUMBERS
from simdyhpo.protocols import Scheduler

Count: TypeAlias = int
"""A value of `Scheduler.summary`, as it is stored and read."""
Diagnostic: TypeAlias = int | float | None
"""A value of `Scheduler.diagnostics`, as it is stored and read; what is not finite is stored as null."""


def counts_of(name: str, scheduler: Scheduler) -> tuple[dict[str, Count], dict[str, Diagnostic]]:
    """Summary and diagnostics as plain numbers: those of numpy and torch become Python's.

    Args:
        name: of the scheduler, for the error.
        scheduler: after its run.

    Raises:
        CountsError: one of them can't be written and read again.
    """
    summary = _checked(name, "summary", scheduler.summary(), Count)
    diagnostics = _checked(name, "diagnostics", scheduler.diagnostics(), Diagnostic)
    return summary, diagnostics


def _checked(name: str, method: str, said: object, kind: Any) -> dict[str, Any]:  # noqa: ANN401 - a type
    if not isinstance(said, Mapping):
        raise CountsError(name, method, f"returns {short(said, 80)}", "return a dict of numbers by name")
    if len(said) > COUNTS:
        raise CountsError(name, method, f"has {len(said):,} names", f"return {COUNTS:,} at most")
    plain = {}
    for key, value in said.items():
        if not isinstance(key, str) or not _is_text(key):
            raise CountsError(name, method, f"has the name {short(key, 80)}", "names are text")
        if len(key) > COUNT_NAME_LETTERS:
            fault = f"has a name of {len(key):,} letters, {short(key, 40)}"
            raise CountsError(name, method, fault, f"names have {COUNT_NAME_LETTERS} at most")
        try:
            plain[key] = msgspec.convert(_plain(value), kind)
        except msgspec.ValidationError:
            wanted = "a whole number (int)" if kind is Count else "a number (int or float)"
            raise CountsError(
                name, method, f"says {short(value, 80)} for {key!r}", f"a value must be {wanted}"
            ) from None
        if isinstance(plain[key], int) and plain[key] not in WHOLE_NUMBERS:
            fault = f"says a number of {value.bit_length()} bits for {key!r}"
            raise CountsError(name, method, fault, "a whole number must fit into 64 bits")
    return plain


def _plain(value: object) -> object:
    """A scalar of numpy or torch as the Python number it stands for; anything else as it is."""
    item = getattr(value, "item", None)
    if item is None:
        return value
    try:
        return item()
    except (TypeError, ValueError, RuntimeError):  # an array of several
        return value


def _is_text(key: str) -> bool:
    try:
        key.encode()
    except UnicodeEncodeError:
        return False
    return True
