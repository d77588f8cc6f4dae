"""What a column of hyperparameters is, and what is refused in all of them, also in those of old files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.errors import TableError

Place = Callable[[int], str]
"""What the i-th cell's row is called, with i counted from 0."""

SHOWN = 60
"""Letters of a cell that an error quotes."""


class Column(msgspec.Struct, frozen=True):
    """A column as it is kept.

    Attributes:
        array: (n,) int64, float64 (NaN: inactive) or text.
        notes: sentences on what was taken for what, for whoever gave the column.
    """

    array: npt.NDArray[Any]
    notes: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers."""
        return self.array.dtype.kind in "if"


def configuration_place(row: int) -> str:
    """Where columns come without a file: rows are configurations, counted from 0."""
    return f"configuration {row}"


def check_numbers(where: str, name: str, array: npt.NDArray[Any], place: Place = configuration_place) -> None:
    """Numbers are finite or NaN, and their range is a number, too: all models scale by it.

    Raises:
        TableError: it isn't so.
    """
    infinite = np.flatnonzero(np.isinf(array)) if array.dtype.kind == "f" else np.zeros(0, dtype=np.int64)
    if infinite.size:
        raise infinite_number(where, name, str(array[infinite[0]]), place(int(infinite[0])))
    present = array[~np.isnan(array)].astype(np.float64)
    with np.errstate(over="ignore"):
        spans = bool(present.size) and not np.isfinite(present.max() - present.min())
    if spans:
        problem = f"{name!r} spans from {present.min():g} to {present.max():g}, more than a number can hold"
        raise TableError(where, problem, "bring its ends nearer: whatever means 'no limit' can be smaller")


def check_logarithms(where: str, name: str, column: Column, place: Place = configuration_place) -> None:
    """What is on a log scale is numeric and positive.

    Raises:
        TableError: it isn't so.
    """
    if not column.numeric:
        why = column.notes[0] if column.notes else f"{name!r} is text"
        raise TableError(where, f"log names a column without logarithms: {why}", "correct it, or take it out")
    bad = np.flatnonzero(column.array <= 0)
    if bad.size:
        row = int(bad[0])
        problem = f"{place(row)}: {name!r} is {column.array[row].item()!r}, which has no logarithm"
        raise TableError(where, problem, "correct it, or take the column out of log")


def check_text(where: str, what: str, text: str) -> None:
    """Text can be stored and comes back as it was.

    Raises:
        TableError: it holds a NUL, which ends numpy's text, or a letter that UTF-8 can't write.
    """
    if "\0" in text or not text.isascii():
        try:
            text.encode()
            broken = "\0" in text
        except UnicodeEncodeError:
            broken = True
        if broken:
            problem = f"{what} {ascii(text)[:SHOWN]}, with a letter that no file can hold"
            raise TableError(where, problem, "write it with other letters")


def infinite_number(where: str, name: str, said: str, place: str) -> TableError:
    """The error of an infinite number."""
    problem = f"{place}: {name!r} is {said}, and a hyperparameter is finite"
    remedy = "give a large number for 'no limit', nothing (None, NaN, an empty cell) for inactive, or text"
    return TableError(where, problem, remedy)
