"""A run's logs as pandas frames, equal to those that the run itself gave."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
import pandas as pd

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.traces.schema import DECISION_COLUMNS, REPORT_COLUMNS, Kind

_VALUES = {decision.name: int(decision) for decision in ScheduleDecision}
_DTYPES: Mapping[Kind, str] = {int: "int64", bool: "bool"}  # what else there is, is read as text


def decisions_frame(content: bytes) -> pd.DataFrame:
    """The frame of a decisions.csv; decisions are `ScheduleDecision` values, kinds are text or None."""
    frame = _frame(content, DECISION_COLUMNS)
    kinds = frame["runner_up_kind"]
    return frame.assign(
        decision=frame["decision"].map(_VALUES).astype("int64"),
        runner_up_kind=[kind if isinstance(kind, str) else None for kind in kinds],
    )


def reports_frame(content: bytes) -> pd.DataFrame:
    """The frame of a reports.csv."""
    return _frame(content, REPORT_COLUMNS)


def _frame(content: bytes, columns: Mapping[str, Kind]) -> pd.DataFrame:
    """Parse exactly; only an empty cell is missing, never a word such as "NA".

    Floats are read as text and converted by Python, which is exact: pandas' own parser is not in every
    version, and its option for that is deprecated in others.
    """
    floats = [name for name, kind in columns.items() if kind is float]
    frame: pd.DataFrame = pd.read_csv(
        io.BytesIO(content),
        dtype={name: _DTYPES.get(kind, "object") for name, kind in columns.items()},
        keep_default_na=False,
        na_values=[""],
    )
    return frame.assign(**{name: np.array(list(map(float, frame[name]))) for name in floats})
