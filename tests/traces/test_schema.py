"""Every file of a run's logs has the columns of the one schema, with the kinds that it says."""

import numpy as np
import pyarrow as pa
import pytest

import simdyhpo
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.records import DecisionLog
from simdyhpo.simulation.budget import Budget
from simdyhpo.studies.parquet import CELLS, DECISIONS, REPORTS
from simdyhpo.traces.frames import decisions_frame, reports_frame
from simdyhpo.traces.read import read_run
from simdyhpo.traces.schema import DECISION_COLUMNS, REPORT_COLUMNS
from simdyhpo.traces.write import write_run

NUMPY = {int: "int64", float: "float64", bool: "bool", str: "object", ScheduleDecision: "int64"}


@pytest.fixture(scope="module")
def result():
    table = simdyhpo.load_blackbox("digits-mlp")
    return simdyhpo.simulate(table, "asha", workers=2, max_epochs=30)


def test_kinds_are_what_a_reader_expects():
    kinds = DECISION_COLUMNS | REPORT_COLUMNS
    expected = {
        "time_ns": int, "decision": ScheduleDecision, "score": float, "runner_up_kind": str,
        "paused_scored": int, "value": float, "ignored": bool,
    }  # fmt: skip
    assert {name: kinds[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("name", "columns", "frame"),
    [("decisions", DECISION_COLUMNS, decisions_frame), ("reports", REPORT_COLUMNS, reports_frame)],
)
def test_files_and_frames_have_the_columns_of_the_schema(result, tmp_path, name, columns, frame):
    write_run(result, tmp_path / "run")
    content = (tmp_path / "run" / f"{name}.csv").read_bytes()
    assert content.splitlines()[0].decode().split(",") == list(columns)
    for one in (frame(content), getattr(result, name)):
        assert {column: str(kind) for column, kind in one.dtypes.items()} == {
            column: NUMPY[kind] for column, kind in columns.items()
        }
    schema = {"decisions": DECISIONS, "reports": REPORTS}[name]
    assert schema.names == ["cell", *columns]
    assert [pa.types.is_string(field.type) for field in schema][1:] == [
        kind in (str, ScheduleDecision) for kind in columns.values()
    ]


def test_reports_read_from_text_have_their_kinds(result, tmp_path):
    write_run(result, tmp_path / "run")
    read = read_run(tmp_path / "run").report_columns()
    for column in REPORT_COLUMNS:
        made = getattr(result.report_columns, column)
        assert getattr(read, column).dtype == made.dtype
        np.testing.assert_array_equal(getattr(read, column), made)


def test_a_log_of_records_says_what_they_say(result):
    again = DecisionLog.of(result.log)
    assert [record.row for record in again] == [record.row for record in result.log]
    for name, column in result.log.columns().items():
        np.testing.assert_array_equal(again.columns()[name], column)


def test_a_cell_has_the_limits_of_a_budget_with_their_kinds():
    limits = {name: str(CELLS.field(name).type) for name in Budget.__struct_fields__}
    assert limits == {
        "max_seconds": "double", "max_epochs": "int64", "max_trials": "int64", "max_decisions": "int64",
    }  # fmt: skip
