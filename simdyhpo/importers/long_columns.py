"""The columns of a long table: which there are, numbers out of text, and who is whose configuration.

Rows are counted from 1, the header left out: row 1 is the first below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.errors import TableError, one_line
from simdyhpo.files.limits import MAX_VALUE
from simdyhpo.hyperparameters.cells import writing
from simdyhpo.hyperparameters.column_checks import SHOWN, Column, Place
from simdyhpo.hyperparameters.columns import read_column, read_text
from simdyhpo.units import MAX_SECONDS

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 20
_FIRST_GAP = 2**53
"""From here on, floats leave out whole numbers."""


class Identities(msgspec.Struct, frozen=True):
    """Which rows belong to the same configuration.

    Attributes:
        of_row: (rows,) the configuration of each row, counted from 0 by first appearance.
        first_row: (configurations,) the row in which each appears first.
    """

    of_row: npt.NDArray[np.int64]
    first_row: npt.NDArray[np.int64]


def row_place(row: int) -> str:
    """What a row is called, counted from 0 here and from 1 there."""
    return f"row {row + 1}"


def plain_frame(where: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with text for names, named levels of its index as columns, and no sparse columns.

    Raises:
        TableError: the index and a column share a name.
    """
    if any(name is not None for name in frame.index.names):
        try:
            frame = frame.reset_index()
        except ValueError as error:
            raise TableError(where, f"its index can't be read ({one_line(error)})", "rename it") from None
    sparse = [i for i, dtype in enumerate(frame.dtypes) if str(dtype).startswith("Sparse")]
    frame = frame.set_axis([str(name) for name in frame.columns], axis=1)
    if sparse:
        import pandas as pd

        parts = [frame.iloc[:, i] for i in range(frame.shape[1])]
        parts = [part.sparse.to_dense() if i in sparse else part for i, part in enumerate(parts)]
        frame = pd.concat(parts, axis=1)
    return frame


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
    names = list(frame.columns)
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
    cells = _cells(column)
    empty = [not cell.strip() for cell in cells]
    remedy = "give a number, or nan where training diverged (pandas writes it with to_csv(na_rep='nan'))"
    _refuse(where, name, column, empty, "is empty", remedy)
    read = parsed_numbers(cells)
    if read is None:
        bad = [parsed_numbers(cells[row : row + 1]) is None for row in range(len(cells))]
        comma = any("," in cell for cell in cells)
        remedy = "correct it" + (": a number has a decimal point, no comma" if comma else "")
        _refuse(where, name, column, bad, "is no number", remedy)
    return np.asarray(read, dtype=np.float64)


def value_numbers(where: str, frame: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    """A column of a metric's values: NaN, infinite, or of a size that models can reckon with.

    Raises:
        TableError: a cell is empty, no number, or a huge one.
    """
    found = numbers(where, frame, name)
    huge = np.isfinite(found) & (np.abs(found) > MAX_VALUE)
    _refuse(where, name, frame[name], huge, f"is beyond {MAX_VALUE:g}", "give nan where training diverged")
    return found


def resource_numbers(where: str, frame: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    """A column of finite numbers, of which no two become one.

    Raises:
        TableError: a cell is empty, no number, or not finite; no float tells two of them apart.
    """
    found = finite_numbers(where, frame, name)
    if bool((np.abs(found) >= _FIRST_GAP).any()):
        kept = read_column(where, name, frame[name], row_place).array
        if len(np.unique(kept)) != len(np.unique(found)):
            problem = f"{name!r} holds numbers above {_FIRST_GAP:,} that no float tells apart"
            raise TableError(where, problem, "give smaller numbers, or a larger unit")
    return found


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


def configuration_columns(
    where: str, frame: pd.DataFrame, names: Sequence[str], place: Place = row_place
) -> dict[str, Column]:
    """The hyperparameters, by the rule of `simdyhpo.hyperparameters.columns`; `place`: what a row is called.

    Raises:
        TableError: one can't be kept.
    """
    return {name: read_column(where, name, frame[name], place) for name in names}


def repeat_names(where: str, frame: pd.DataFrame, name: str) -> npt.NDArray[Any]:
    """What tells repeated trainings apart, as it is written.

    Raises:
        TableError: a cell holds several values or bytes.
    """
    return read_text(where, name, frame[name], row_place)


def identities(columns: Mapping[str, Column]) -> Identities:
    """Rows that are equal in all columns are one configuration; two NaN are equal."""
    import pandas as pd

    arrays = pd.DataFrame({name: column.array for name, column in columns.items()})
    of_row = arrays.groupby(list(columns), sort=False, dropna=False).ngroup().to_numpy()
    _, first_row = np.unique(of_row, return_index=True)
    return Identities(of_row.astype(np.int64), first_row.astype(np.int64))


def _cells(column: pd.Series) -> npt.NDArray[Any]:
    """The cells as text, in an array of objects."""
    found: npt.NDArray[Any] = np.empty(len(column), dtype=object)
    found[:] = [cell if type(cell) is str else writing(cell) for cell in column.astype(object)]
    return found


def parsed_numbers(cells: npt.NDArray[Any]) -> npt.NDArray[np.float64] | None:
    """Text as the nearest numbers, or None if a cell is none.

    "1_000" is none, nor are the digits of other scripts, though Python thinks so. Not read by pandas, whose
    parser may miss the nearest number by the last bit.
    """
    try:
        read: npt.NDArray[np.float64] = cells.astype(np.float64)
    except ValueError:
        return None
    return None if any("_" in cell or not cell.isascii() for cell in cells) else read


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
        said = repr(str(column.iloc[row]))[:SHOWN]
        raise TableError(where, f"row {row + 1}: {name!r} {problem}: {said}{more}", remedy)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(map(repr, names[:_SHOWN]))
    return shown + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
