"""A column of hyperparameters: numbers or categories, by one rule, and never another value than was given.

- Numbers, with nothing here and there (inactive): int64 where all are whole, fit and none is missing, else
  float64.
- All else is text: one category for each writing.
- What can't be kept exactly is refused, or stays text where it is text. So different configurations never
  become equal ones.
- Text in a column that otherwise holds numbers is a note that names the row, as is a word that was read as
  nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from simdyhpo.errors import TableError
from simdyhpo.hyperparameters.cells import Cell, Infinite, Missing, Number, Text, cell_of, writing
from simdyhpo.hyperparameters.column_checks import (
    SHOWN,
    Column,
    Place,
    check_numbers,
    check_text,
    configuration_place,
    infinite_number,
)

_INT64 = range(-(2**63), 2**63)


def read_column(where: str, name: str, given: object, place: Place = configuration_place) -> Column:
    """A column of hyperparameters from an array, a pandas series or a sequence.

    pandas' categories stay categories, even if they look like numbers.

    Args:
        where: named in errors.
        name: of the column.
        given: one cell for each row.
        place: what a row is called.

    Raises:
        TableError: a cell holds several values, bytes, an infinite number, or one that can't be kept exactly.
    """
    check_text(where, "a hyperparameter is called", name)
    if _is_category(given):
        return _categories(where, name, given, place)
    array = _plain(where, name, given)
    if array.dtype.kind in "iuf":
        return Column(_plain_numbers(where, name, array, place))
    if array.dtype.kind in "bc":
        return Column(array.astype(str))
    if array.dtype.kind in "mM":
        return Column(np.where(np.isnat(array), "", array.astype(str)))
    return _Distinct(where, name, array.tolist(), place).column()


def read_text(where: str, name: str, given: object, place: Place = configuration_place) -> npt.NDArray[Any]:
    """A column as it is written, whatever it holds: for what only tells rows apart.

    Raises:
        TableError: a cell holds several values or bytes.
    """
    if _is_category(given):
        return _categories(where, name, given, place).array
    array = _plain(where, name, given)
    if array.dtype.kind in "OSUV":
        return _Distinct(where, name, array.tolist(), place).as_text("").array
    written: npt.NDArray[Any] = array.astype(str)
    return written


class _Distinct:
    """The cells of a column, each distinct one looked at once."""

    def __init__(self, where: str, name: str, raw: Sequence[object], place: Place) -> None:
        self.where, self.name, self.place = where, name, place
        number: dict[object, int] = {}
        try:
            # 1 and True are equal to Python: what is no text counts with its type
            keys = [one if type(one) is str else (type(one), one) for one in raw]
            self.codes = np.array([number.setdefault(key, len(number)) for key in keys], dtype=np.int64)
        except TypeError:  # lists and the like: the first of them is named below
            self.codes = np.arange(len(raw))
        _, first = np.unique(self.codes, return_index=True)
        self.rows: list[int] = first.tolist()
        self.raw = [raw[row] for row in self.rows]
        self.cells: list[Cell] = [self._cell(row, one) for row, one in zip(self.rows, self.raw, strict=True)]

    def column(self) -> Column:
        """Numbers where all are, else text."""
        has_number = any(isinstance(cell, Number | Infinite) for cell in self.cells)
        has_number = has_number or all(isinstance(cell, Missing) for cell in self.cells)
        not_numbers = [i for i, cell in enumerate(self.cells) if isinstance(cell, Text)]
        words = self._missing()
        if not_numbers and (has_number or any(_hint(self.raw[i]) for i in not_numbers)):
            return self.as_text(self._why_text(not_numbers, words))
        if not has_number:
            return self.as_text("")
        if len(words) > 1:
            return self.as_text(self._why_text([], words))
        infinite = [i for i, cell in enumerate(self.cells) if isinstance(cell, Infinite)]
        if infinite:
            raise infinite_number(self.where, self.name, self._said(infinite[0]), self._place(infinite[0]))
        inexact = self._inexact(missing=bool(words))
        if inexact:
            return self.as_text(inexact)
        array = self._numbers(missing=bool(words))
        check_numbers(self.where, self.name, array, self.place)
        return Column(array, tuple(self._number_notes(words)))

    def _cell(self, row: int, raw: object) -> Cell:
        try:
            return cell_of(raw)
        except TypeError as error:
            remedy = "give single numbers or text: a column for each part, say"
            raise TableError(self.where, f"{self.place(row)}: {self.name!r} {error}", remedy) from None

    def _missing(self) -> dict[str | None, int]:
        """By what stands for nothing, where it stands first."""
        found: dict[str | None, int] = {}
        for i, cell in enumerate(self.cells):
            if isinstance(cell, Missing):
                found.setdefault(cell.word, i)
        return found

    def _numbers(self, *, missing: bool) -> npt.NDArray[Any]:
        values = [cell.value + 0 if isinstance(cell, Number) else np.nan for cell in self.cells]
        whole = not missing and all(isinstance(value, int) and value in _INT64 for value in values)
        found: npt.NDArray[Any] = np.array(values, dtype=np.int64 if whole else np.float64)[self.codes]
        return found

    def _inexact(self, *, missing: bool) -> str:
        """Why the column's numbers can't be kept as they are; empty if they can.

        Raises:
            TableError: they can't, and are no text that could stay.
        """
        numbers = [(i, cell) for i, cell in enumerate(self.cells) if isinstance(cell, Number)]
        if not missing and all(isinstance(c.value, int) and c.value in _INT64 for _, c in numbers):
            return ""
        seen: dict[float, tuple[int, Number]] = {}
        for i, cell in numbers:
            value = float(cell.value)
            j, other = seen.setdefault(value, (i, cell))
            if other.key != cell.key:
                both = f"{self._place(j)} holds {self._said(j)}, {self._place(i)} {self._said(i)}"
                reason = f"{both}, and no float tells them apart"
            elif isinstance(cell.value, int) and int(value) != cell.value:
                reason = f"{self._place(i)} holds {self._said(i)}, which no float is"
            else:
                continue
            if not cell.is_text:
                raise TableError(self.where, f"{self.name!r}: {reason}", "give it as text, if it is a name")
            return reason
        return ""

    def _number_notes(self, words: Mapping[str | None, int]) -> list[str]:
        notes = [
            f"{self.name!r} is inactive where it says {word!r}, as in {self._place(i)}."
            for word, i in words.items()
            if word and word.lower() != "nan"
        ]
        written: dict[object, int] = {}
        for i, (raw, cell) in enumerate(zip(self.raw, self.cells, strict=True)):
            if isinstance(raw, str) and isinstance(cell, Number):
                j = written.setdefault(cell.key, i)
                if str(self.raw[j]).strip() != raw.strip():
                    same = f"{self._said(j)} ({self._place(j)}) and {self._said(i)} ({self._place(i)})"
                    return [*notes, f"{self.name!r} writes one number in two ways: {same}."]
        return notes

    def as_text(self, note: str) -> Column:
        """Each cell as it is written."""
        texts = [writing(raw) for raw in self.raw]
        nothing = [i for i, cell in enumerate(self.cells) if cell == Missing(None)]
        empty = [i for i, raw in enumerate(self.raw) if isinstance(raw, str) and not raw]
        if nothing and empty:
            rows = f"{self._place(nothing[0])} and {self._place(empty[0])}"
            problem = f"{self.name!r} holds nothing and an empty text, in {rows}"
            raise TableError(self.where, problem, "write one of them in another way")
        for i, text in enumerate(texts):
            check_text(self.where, f"{self._place(i)}: {self.name!r} holds", text)
        array: npt.NDArray[Any] = np.array(texts, dtype=str)[self.codes]
        return Column(array, (f"{self.name!r} is kept as text: {note}.",) if note else ())

    def _why_text(self, others: list[int], words: Mapping[str | None, int]) -> str:
        """Why a column that has numbers is text."""
        if not others:
            i, j = list(words.values())[:2]
            said = f"{self._place(i)} holds {self._said(i)}, {self._place(j)} {self._said(j)}"
            return f"{said}, and a number has one way to be missing"
        count = int(np.isin(self.codes, others).sum()) - 1
        more = f" (and {count:,} more)" if count else ""
        return f"{self._place(others[0])} holds {self._said(others[0])}{more}{_hint(self.raw[others[0]])}"

    def _place(self, distinct: int) -> str:
        return self.place(self.rows[distinct])

    def _said(self, distinct: int) -> str:
        raw = self.raw[distinct]
        return (repr(raw) if isinstance(raw, str) else writing(raw) or "nothing")[:SHOWN]


def _hint(raw: object) -> str:
    """What to say of a cell that somebody meant as a number."""
    comma = isinstance(raw, str) and re.fullmatch(r"\s*[+-]?[0-9]+,[0-9]+\s*", raw)
    return ", with a comma where numbers have a point" if comma else ""


def _plain(where: str, name: str, given: Any) -> npt.NDArray[Any]:  # noqa: ANN401
    """An array of one dimension; of objects where it may hold anything else than numpy's own types."""
    if isinstance(given, np.ma.MaskedArray):
        hidden = np.broadcast_to(given.mask, given.shape)
        given = [None if hides else one for one, hides in zip(given.data, hidden, strict=True)]
    dtype = getattr(given, "dtype", None)
    if dtype is None:
        given = _objects(where, name, given)
    elif not isinstance(dtype, np.dtype):
        given = given.astype(object)  # pandas' own types: nullable, sparse, of Arrow, text
    array = np.asarray(given)
    if array.ndim != 1:
        raise TableError(where, f"hyperparameter {name!r} has shape {array.shape}", "give one value a row")
    return array


def _objects(where: str, name: str, given: Any) -> npt.NDArray[Any]:  # noqa: ANN401
    """A sequence's elements as they are: numpy would make text of numbers, and numbers of truth values."""
    if not isinstance(given, Iterable) or isinstance(given, str | bytes | Mapping | set | frozenset):
        problem = f"hyperparameter {name!r} is no column but a {type(given).__name__}"
        raise TableError(where, problem, "give one value a row")
    elements = list(given)
    array: npt.NDArray[Any] = np.empty(len(elements), dtype=object)
    for i, element in enumerate(elements):
        array[i] = element
    return array


def _plain_numbers(where: str, name: str, array: npt.NDArray[Any], place: Place) -> npt.NDArray[Any]:
    """An array of numpy's numbers as int64 or float64, each value kept."""
    kept: npt.NDArray[Any] = array.astype(np.int64 if array.dtype.kind in "iu" else np.float64)
    if array.dtype.kind == "u" and bool((kept < 0).any()):  # beyond int64
        kept = array.astype(np.float64)
        bad = [int(number) != int(float(number)) for number in array.tolist()]
        _refuse_inexact(where, name, array, bad, place)
    elif array.dtype.kind == "f" and array.dtype.itemsize > kept.dtype.itemsize:
        _, first = np.unique(kept, return_index=True)
        same = array[first][np.searchsorted(kept[first], kept)]
        _refuse_inexact(where, name, array, (array != same) & ~np.isnan(array), place)
    check_numbers(where, name, kept, place)
    return kept


def _refuse_inexact(where: str, name: str, array: npt.NDArray[Any], bad: npt.ArrayLike, place: Place) -> None:
    rows = np.flatnonzero(np.asarray(bad))
    if rows.size:
        row = int(rows[0])
        problem = f"{place(row)}: {name!r} is {array[row]}, which a float can't hold beside the others"
        raise TableError(where, problem, "give it as text, if it is a name")


def _is_category(given: object) -> bool:
    return getattr(getattr(given, "dtype", None), "name", None) == "category"


def _categories(where: str, name: str, given: Any, place: Place) -> Column:  # noqa: ANN401
    """pandas' categories, each as it is written."""
    codes = np.asarray(given.cat.codes if hasattr(given, "cat") else given.codes, dtype=np.int64)
    categories = given.dtype.categories.tolist()
    raw = [*categories, None]  # code -1 is no category
    found = _Distinct(where, name, [raw[code] for code in codes], place)
    texts = [writing(one) for one in found.raw]
    if len(set(texts)) < len(texts):
        twice = next(text for text in texts if texts.count(text) > 1)
        problem = f"two categories of {name!r} are both written {twice!r}"
        raise TableError(where, problem, "give them other names")
    return found.as_text("")
