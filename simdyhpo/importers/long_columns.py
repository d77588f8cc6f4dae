"""The columns of a long table: which there are, numbers out of text, and who is whose configuration.

Rows are counted from 1, the header left out: row 1 is the first below it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.errors import TableError
from simdyhpo.units import MAX_SECONDS

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 20


class Identities(msgspec.Struct, frozen=True):
    """Which rows belong to the same configuration.

    Attributes:
        of_row: (rows,) the configuration of each row, counted from 0 by first appearance.
        first_row: (configurations,) the row in which each appears first.
    """

    of_row: npt.NDArray[np.int64]
    first_row: npt.NDArray[np.int64]


def check_columns(
    where: str, frame: pd.DataFrame, roles: Mapping[str, str], config: Sequence[str]
) -> list[str]:
    """The configuration's columns: those named, or all that have no other role.

    Args:
        where: named in errors.
        frame: the long table.
        roles: column by role, e.g. {"value": "loss"}.
        config: the columns named as hyperparameters; empty: all others.

    Raises:
        TableError: a column is missing, has two roles or shares its name, or nothing is left.
    """
    names = [str(name) for name in frame.columns]
    if len(frame) == 0:
        raise TableError(where, "there are no rows", "give one row for each report")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise TableError(where, f"two columns are called {twice[0]!r}", "rename one")
    given = [*roles.values(), *config]
    for name in given:
        if name not in names:
            raise TableError(where, f"there is no column {name!r}", f"columns are {_listed(names)}")
        if given.count(name) > 1:
            raise TableError(where, f"column {name!r} is named twice", "give each column one role")
    left = list(config) or [name for name in names if name not in given]
    if not left:
        raise TableError(
            where, "no column is left for the configuration", "give a column that tells them apart"
        )
    return left


def numbers(where: str, frame: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    """A column of numbers; text is read. NaN and infinite values stay as they are.

    Raises:
        TableError: a cell is empty or holds no number.
    """
    column = frame[name]
    if column.dtype.kind in "mMc":
        raise TableError(where, f"column {name!r} holds {column.dtype}", "turn it into plain numbers")
    if not _is_text(column):
        result: npt.NDArray[np.float64] = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return result
    empty = _empty(column)
    _refuse(where, name, column, empty, "is empty", "give a number, or nan where training diverged")
    cells = _cells(column)
    read = _parsed(cells)
    if read is None:
        bad = [_parsed(cells[row : row + 1]) is None for row in range(len(cells))]
        _refuse(where, name, column, bad, "is no number", "correct it")
    return np.asarray(read, dtype=np.float64)


def finite_numbers(where: str, frame: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    """A column of finite numbers.

    Raises:
        TableError: a cell is empty, no number, or not finite.
    """
    found = numbers(where, frame, name)
    _refuse(where, name, frame[name], ~np.isfinite(found), "is not finite", "give a finite number")
    return found


def seconds_column(where: str, frame: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    """A column of times.

    Raises:
        TableError: a cell is empty, no number, negative or too long.
    """
    found = finite_numbers(where, frame, name)
    _refuse(where, name, frame[name], found < 0, "is negative", "times count from 0")
    advice = f"no training takes more than {MAX_SECONDS:g} seconds: check the unit"
    _refuse(where, name, frame[name], found > MAX_SECONDS, "is too long", advice)
    return found


def configuration_columns(frame: pd.DataFrame, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    """Hyperparameters: numbers where every cell that isn't empty is one (empty: NaN, inactive), else text."""
    return {name: _hyperparameter(frame[name]) for name in names}


def identities(columns: Mapping[str, npt.NDArray[Any]]) -> Identities:
    """Rows that are equal in all columns are one configuration; two NaN are equal."""
    import pandas as pd

    of_row = pd.DataFrame(dict(columns)).groupby(list(columns), sort=False, dropna=False).ngroup().to_numpy()
    _, first_row = np.unique(of_row, return_index=True)
    return Identities(of_row.astype(np.int64), first_row.astype(np.int64))


def _hyperparameter(column: pd.Series) -> npt.NDArray[Any]:
    if not _is_text(column):
        if column.dtype.kind in "fiu":
            number: npt.NDArray[Any] = column.to_numpy(
                dtype=np.int64 if column.dtype.kind == "i" and not column.isna().any() else np.float64,
                na_value=np.nan,
            )
            return number
        column = column.astype(str)
    empty, cells = _empty(column), _cells(column)
    read = None if empty.all() else _parsed(cells[~empty])
    if read is None:
        cells[empty] = ""
        text: npt.NDArray[Any] = cells.astype(str)
        return text
    if not empty.any() and all(cell.strip().lstrip("+-").isdigit() for cell in cells):
        with contextlib.suppress(OverflowError):
            return np.array([int(cell) for cell in cells], dtype=np.int64)
    filled = np.full(len(column), np.nan)
    filled[~empty] = read
    return filled


def _cells(column: pd.Series) -> npt.NDArray[Any]:
    """The cells as text, in an array of objects."""
    cells: npt.NDArray[Any] = column.astype(str).to_numpy(dtype=object).copy()
    return cells


def _empty(column: pd.Series) -> npt.NDArray[np.bool_]:
    return np.array(column.isna() | (column.astype(str).str.strip() == ""), dtype=np.bool_)


def _parsed(cells: npt.NDArray[Any]) -> npt.NDArray[np.float64] | None:
    """Text as the nearest numbers, or None if a cell is none; "1_000" is none, though Python thinks so.

    Not read by pandas, whose parser may miss the nearest number by the last bit.
    """
    try:
        read: npt.NDArray[np.float64] = cells.astype(np.float64)
    except ValueError:
        return None
    return None if any("_" in cell for cell in cells) else read


def _is_text(column: pd.Series) -> bool:
    """Anything but numbers, truth values and dates: text, or Python objects."""
    return column.dtype.kind not in "biufcmM"


def _refuse(  # noqa: PLR0913 - the parts of an error
    where: str,
    name: str,
    column: pd.Series,
    bad: npt.ArrayLike,
    problem: str,
    remedy: str,
) -> None:
    rows = np.flatnonzero(np.asarray(bad))
    if rows.size:
        row = int(rows[0])
        more = f" (and {rows.size - 1:,} more)" if rows.size > 1 else ""
        said = repr(str(column.iloc[row]))[:60]
        raise TableError(where, f"row {row + 1}: {name!r} {problem}: {said}{more}", remedy)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(map(repr, names[:_SHOWN]))
    return shown + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
