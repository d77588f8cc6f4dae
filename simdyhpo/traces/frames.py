"""A run's logs as pandas frames, equal to those that the run itself gave."""

from __future__ import annotations

import io
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.records import DecisionRecord

_VALUES = {decision.name: int(decision) for decision in ScheduleDecision}
_DTYPES: dict[Any, str] = {int: "int64", float: "float64", ScheduleDecision: "object", str | None: "object"}
_DECISION_DTYPES = {field.name: _DTYPES[field.type] for field in msgspec.structs.fields(DecisionRecord)}
_REPORT_DTYPES = {
    "time_ns": "int64",
    "worker": "int64",
    "trial": "int64",
    "configuration": "int64",
    "resource": "int64",
    "value": "float64",
    "ignored": "bool",
}


def decisions_frame(content: bytes) -> pd.DataFrame:
    """The frame of a decisions.csv; decisions are `ScheduleDecision` values, kinds are text or None."""
    frame = _frame(content, _DECISION_DTYPES)
    kinds = frame["runner_up_kind"]
    return frame.assign(
        decision=frame["decision"].map(_VALUES).astype("int64"),
        runner_up_kind=[kind if isinstance(kind, str) else None for kind in kinds],
    )


def reports_frame(content: bytes) -> pd.DataFrame:
    """The frame of a reports.csv."""
    return _frame(content, _REPORT_DTYPES)


def _frame(content: bytes, dtypes: dict[str, str]) -> pd.DataFrame:
    """Parse exactly; only an empty cell is missing, never a word such as "NA".

    Floats are read as text and converted by Python, which is exact: pandas' own parser is not in every
    version, and its option for that is deprecated in others.
    """
    floats = [name for name, dtype in dtypes.items() if dtype == "float64"]
    frame: pd.DataFrame = pd.read_csv(
        io.BytesIO(content),
        dtype=dtypes | dict.fromkeys(floats, "object"),
        keep_default_na=False,
        na_values=[""],
    )
    return frame.assign(**{name: np.array(list(map(float, frame[name]))) for name in floats})
