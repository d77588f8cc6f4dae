"""What is kept of a run, by hand."""

import msgspec
import numpy as np
import pytest

from simdyhpo.board.cells import board_plan
from simdyhpo.board.definition import Grid, load_board
from simdyhpo.board.marks import cell_marks, span
from simdyhpo.runs.front_door import simulate
from simdyhpo.simulation.budget import Budget
from tests.making import falling

SECOND = 1_000_000_000


@pytest.fixture(scope="module")
def spec():
    found = simulate(falling(4, 4), "random", max_epochs=5).spec
    box = found.blackbox | {"best": 0.0, "worst": 10.0, "mode": "min"}
    return msgspec.structs.replace(found, blackbox=box, budget=Budget(max_epochs=200))


def test_marks_along_epochs(spec):
    values = np.array([np.nan, np.inf, 8.0, 9.0, 4.0, 0.0])
    marks = cell_marks(np.arange(6) * SECOND, values, spec)
    assert marks.dtype == np.float32
    assert marks.shape == (100,)
    # Mark k is after 2 k epochs: nothing after 2; 8 after 4; 0 after 6; then the run is over.
    assert marks[:3].tolist() == [1.0, np.float32(0.8), 0.0]
    assert (marks[3:] == 0).all()


def test_marks_along_simulated_time(spec):
    timed = msgspec.structs.replace(spec, budget=Budget(max_seconds=50.0))
    marks = cell_marks(np.array([1, 2, 2]) * SECOND // 2, np.array([8.0, 5.0, 4.0]), timed)
    # Marks are half a second apart; what arrives just then counts.
    assert marks[:3].tolist() == [np.float32(0.8), np.float32(0.4), np.float32(0.4)]


def test_a_run_without_an_incumbent_is_the_worst(spec):
    assert (cell_marks(np.array([SECOND]), np.array([np.nan]), spec) == 1).all()
    assert (cell_marks(np.array([], dtype=np.int64), np.array([]), spec) == 1).all()


def test_the_unit_of_a_regret(spec):
    assert span(spec) == 10.0


def test_the_last_mark_is_the_runs_regret(made):
    board = load_board(made)
    plan = board_plan(board, board.part(), [board.entries["asha"]], Grid(tuple(board.tables), 1))
    for one in plan.cells:
        run = simulate(plan.tables[one.cell.blackbox], "asha", max_epochs=100)
        marks = cell_marks(run.report_columns.time_ns, run.report_columns.value, one.spec)
        assert marks[-1] == np.float32(run.regret)
        half = run.trajectory[run.trajectory["epochs"] <= 50]["regret"].iloc[-1]
        assert marks[49] == np.float32(half)
