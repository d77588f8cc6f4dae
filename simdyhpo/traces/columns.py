"""A run's columns as CSV text, quickly: whole columns become text, then rows are joined in blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.records import DecisionLog
from simdyhpo.simulation.reports import Reports
from simdyhpo.traces.schema import DECISION_COLUMNS, Kind

_BLOCK = 1 << 16  # rows: bounds the memory that the text of a large run takes
_NAMES = {int(decision): decision.name for decision in ScheduleDecision}

Column = npt.NDArray[Any] | Sequence[str]


def decision_columns(log: DecisionLog) -> dict[str, Column]:
    """The columns of `DecisionRecord`, in its order; decisions by name."""
    return {name: _cells(values, DECISION_COLUMNS[name]) for name, values in log.all_columns().items()}


def report_columns(reports: Reports) -> dict[str, Column]:
    """The columns of `Reports`, in its order."""
    return msgspec.structs.asdict(reports)


def csv_blocks(columns: Mapping[str, Column]) -> Iterator[bytes]:
    """CSV in pieces: a header, then rows. Floats are written exactly (`repr`), NaN and None as nothing."""
    yield (",".join(columns) + "\n").encode()
    rows = len(next(iter(columns.values())))
    for start in range(0, rows, _BLOCK):
        block = [_texts(column[start : start + _BLOCK]) for column in columns.values()]
        yield ("\n".join(map(",".join, zip(*block, strict=True))) + "\n").encode()


def _cells(values: Any, kind: Kind) -> Column:  # noqa: ANN401 - an array or a list, of any numeric type
    if kind is ScheduleDecision:
        return [_NAMES[decision] for decision in values.tolist()]
    if kind is str:
        return [_quoted(value) for value in values]
    # Through an array, so that a score of any numeric type is written as the same text.
    return np.array(values, dtype=np.int64 if kind is int else np.float64)


def _texts(column: Column) -> Iterable[str]:
    if not isinstance(column, np.ndarray):
        return column
    if column.dtype.kind == "f":
        return [repr(value) if value == value else "" for value in column.tolist()]  # noqa: PLR0124 - NaN
    return map(str, column.tolist())


def _quoted(text: str | None) -> str:
    """A cell; quoted where a searcher's own word would break the row."""
    if text is None:
        return ""
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\r\n') else text
