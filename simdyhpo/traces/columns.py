"""A run's columns as CSV text, quickly: whole columns become text, then rows are joined in blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.decisions import Reason, ScheduleDecision
from simdyhpo.records import RECORD_FIELDS, DecisionLog
from simdyhpo.simulation.reports import Reports

REPORT_FIELDS = Reports.__struct_fields__

_BLOCK = 1 << 16  # rows: bounds the memory that the text of a large run takes
_NAMES = {int(decision): decision.name for decision in ScheduleDecision}
_TEXT_FIELDS = {field.name for field in msgspec.structs.fields(Reason) if field.type == str | None}
_COUNT_FIELDS = {field.name for field in msgspec.structs.fields(Reason) if field.type is int}

Column = npt.NDArray[Any] | Sequence[str]


def decision_columns(log: DecisionLog) -> dict[str, Column]:
    """The columns of `DecisionRecord`, in its order; decisions by name."""
    integers = log.columns()
    columns: dict[str, Column] = {"index": np.arange(len(log)), **integers}
    columns["decision"] = [_NAMES[decision] for decision in integers["decision"].tolist()]
    for name, values in log.reason_columns().items():
        if name in _TEXT_FIELDS:
            columns[name] = [_quoted(value) for value in values]
        else:
            # Through an array, so that a score of any numeric type is written as the same text.
            columns[name] = np.array(values, dtype=np.int64 if name in _COUNT_FIELDS else np.float64)
    return {name: columns[name] for name in RECORD_FIELDS}


def report_columns(reports: Reports) -> dict[str, Column]:
    """The columns of `Reports`, in its order."""
    return {name: getattr(reports, name) for name in REPORT_FIELDS}


def csv_blocks(columns: Mapping[str, Column]) -> Iterator[bytes]:
    """CSV in pieces: a header, then rows. Floats are written exactly (`repr`), NaN and None as nothing."""
    yield (",".join(columns) + "\n").encode()
    rows = len(next(iter(columns.values())))
    for start in range(0, rows, _BLOCK):
        block = [_texts(column[start : start + _BLOCK]) for column in columns.values()]
        yield ("\n".join(map(",".join, zip(*block, strict=True))) + "\n").encode()


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
