"""The columns of a run's logs: their names and kinds, from which every file and frame of them is derived."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, get_args, get_origin

import msgspec
import numpy as np

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.records import DecisionRecord
from simdyhpo.simulation.reports import Reports

Kind = type[int] | type[float] | type[bool] | type[str] | type[ScheduleDecision]
"""What a column holds. Text may be missing, a number may be NaN; a decision is stored by its name."""

_OF_ARRAYS: Mapping[Any, Kind] = {np.int64: int, np.float64: float, np.bool_: bool}


def kind_of(told: Any) -> Kind:  # noqa: ANN401 - a type, as it stands in a class
    """What a field holds where it holds something, or each entry of an array."""
    if get_origin(told) is np.ndarray:
        return _OF_ARRAYS[get_args(get_args(told)[1])[0]]
    kind: Kind = get_args(told)[0] if isinstance(told, types.UnionType) else told
    return kind


DECISION_COLUMNS: Mapping[str, Kind] = {
    field.name: kind_of(field.type) for field in msgspec.structs.fields(DecisionRecord)
}
"""One row a decision: the fields of `DecisionRecord`."""

REPORT_COLUMNS: Mapping[str, Kind] = {
    field.name: kind_of(field.type) for field in msgspec.structs.fields(Reports)
}
"""One row a report: the fields of `Reports`."""
