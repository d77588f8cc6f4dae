"""What one cell of a column of hyperparameters is: a number, nothing, or text.

The one home of that rule, for arrays, frames and files alike; `columns` applies it to a column.

A number is one of Python or numpy (truth values are none), a `Decimal`, or text that writes one in decimals:
`16`, `-0.5`, `1e-3`. Text that rather is a name is none: `007`, `0e123`, `1_000`, `0,5`. Nothing is None,
NaN, NA or NaT, or one of the words that programs write for them. All else is text, as it is written.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
import numbers
import re
import uuid
from decimal import Decimal
from typing import Any

import msgspec
import numpy as np

MISSING_WORDS = frozenset(["", "nan", "-nan", "none", "null", "na", "n/a", "#n/a", "<na>", "nat"])
"""What programs write where there is nothing; in any case of letters."""

_INFINITE_WORDS = frozenset(["inf", "infinity"])
_DECIMALS = re.compile(
    r"(?P<sign>[+-]?)(?:(?P<whole>0|[1-9][0-9]*)(?:\.(?P<part>[0-9]*))?|\.(?P<bare>[0-9]+))"
    r"(?:e(?P<exponent>[+-]?[0-9]{1,6}))?",
    flags=re.IGNORECASE | re.ASCII,
)
_MOST_DIGITS, _MOST_BITS = 1000, 1023
"""Of text that may be a number, and of a whole number that a float comes near to."""
_PLAIN = (
    str, bool, np.bool_, complex, np.complexfloating, dt.date, dt.time, dt.timedelta,
    np.datetime64, np.timedelta64, uuid.UUID, enum.Enum,
)  # fmt: skip
"""Types whose text is the whole of them."""

Key = tuple[bool, str, int]
"""A number without loss: whether it is negative, its digits without zeros at the ends, and its exponent."""


class Number(msgspec.Struct, frozen=True):
    """A finite number.

    Attributes:
        value: an int where it is written as one, else the nearest float.
        key: what was written, without loss: equal for `0.1`, `.10` and `1e-1`, unequal for any other number.
        is_text: whether it was read from text.
    """

    value: int | float
    key: Key
    is_text: bool


class Missing(msgspec.Struct, frozen=True):
    """Nothing: as `word`, or None where the cell itself is nothing."""

    word: str | None


class Infinite(msgspec.Struct, frozen=True):
    """An infinite number."""


class Text(msgspec.Struct, frozen=True):
    """Anything that is no number."""


Cell = Number | Missing | Infinite | Text


def cell_of(raw: Any) -> Cell:  # noqa: ANN401
    """What a cell is.

    Raises:
        TypeError: it holds something that is no single number or text; the text says what.
    """
    if is_nothing(raw):
        return Missing(None)
    if isinstance(raw, str):
        return _cell_of_text(raw)
    if isinstance(raw, _PLAIN):
        return Text()
    if isinstance(raw, numbers.Integral):
        return _whole(int(raw), is_text=False)
    if isinstance(raw, float | np.floating | Decimal):
        return _real(raw)
    if type(raw).__module__.partition(".")[0] == "pandas" and type(raw).__name__ in ("Period", "Interval"):
        return Text()
    raise TypeError(f"holds {_kind(raw)}")


def writing(raw: Any) -> str:  # noqa: ANN401
    """A cell as text: what is equal in writing is one category. Nothing is written as nothing."""
    return "" if is_nothing(raw) else str(raw)


def is_nothing(raw: Any) -> bool:  # noqa: ANN401
    """Whether a cell is None, NaN, or pandas' NA or NaT."""
    if raw is None or type(raw).__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(raw, np.datetime64 | np.timedelta64):
        return bool(np.isnat(raw))
    if isinstance(raw, float | np.floating):
        return bool(raw != raw)  # noqa: PLR0124 - only NaN differs from itself
    return isinstance(raw, Decimal) and raw.is_nan()


def _cell_of_text(raw: str) -> Cell:
    text = raw.strip()
    if text.lower() in MISSING_WORDS:
        return Missing(text)
    if text.lstrip("+-").lower() in _INFINITE_WORDS:
        return Infinite()
    match = _DECIMALS.fullmatch(text) if len(text) <= _MOST_DIGITS else None
    if match is None:
        return Text()
    if match["exponent"] is None and match["part"] is None and match["bare"] is None:
        return _whole(int(text), is_text=True)
    part = match["part"] or match["bare"] or ""
    exponent = int(match["exponent"] or 0)
    key = _key(match["sign"] == "-", (match["whole"] or "") + part, exponent - len(part))
    if not key[1] and exponent:
        return Text()  # 0e123 is a name; nobody writes nothing with a power of ten
    return _checked(float(text), key, is_text=True)


def _whole(number: int, *, is_text: bool) -> Cell:
    if number.bit_length() > _MOST_BITS:
        return Text() if is_text else Infinite()
    return Number(number, _key(number < 0, str(abs(number)), 0), is_text)


def _real(raw: Any) -> Cell:  # noqa: ANN401
    if isinstance(raw, np.floating) and raw.dtype.itemsize <= np.dtype(float).itemsize:
        raw = float(raw)
    decimal = raw if isinstance(raw, Decimal) else Decimal(str(raw))
    if decimal.is_infinite():
        return Infinite()
    sign, digits, exponent = decimal.as_tuple()
    key = _key(bool(sign), "".join(map(str, digits)), int(exponent))
    return _checked(float(raw), key, is_text=False)


def _checked(value: float, key: Key, *, is_text: bool) -> Cell:
    """Too large or too small for a float, it is none that can be kept."""
    if math.isinf(value) or (value == 0 and key[1]):
        return Text() if is_text else Infinite()
    return Number(value, key, is_text)


def _key(negative: bool, digits: str, exponent: int) -> Key:
    digits = digits.lstrip("0")
    short = digits.rstrip("0")
    return (negative, short, exponent + len(digits) - len(short)) if short else (False, "", 0)


def _kind(raw: object) -> str:
    if isinstance(raw, bytes | bytearray | memoryview):
        return "bytes"
    kind = "array" if isinstance(raw, np.ndarray) else type(raw).__name__
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
