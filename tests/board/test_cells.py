"""The board's cells have the keys that any study gives the same runs, and budgets by a stated rule."""

import numpy as np
import pytest

from simdyhpo.board.cells import board_plan, budget_on, horizon
from simdyhpo.board.definition import Grid, Part, load_board
from simdyhpo.studies.files import find_study, load_study
from simdyhpo.studies.plan import make_plan
from tests.making import table

EIGHT = Part(name="eight", workers=8, epochs=1000, axis="seconds")


def test_cells_of_the_shipped_study_are_cells_of_the_board():
    board, study = load_board(), load_study(find_study("lcbench"))
    theirs = {
        (one.cell.blackbox, one.cell.seed, one.cell.variant.label): one.key
        for one in make_plan(study).cells
        if one.cell.seed == 3
    }
    grid = Grid(tuple(board.suites["lcbench"]), 4)
    names = {"dyhpo": "dyhpo", "dyhpo-p0": "dyhpo,probability_sh=0", "bohb": "bohb"}
    ours = board_plan(board, board.part(), [board.entries[name] for name in names], grid).cells
    assert len(ours) == 3 * 35 * 4
    for one in ours:
        if one.cell.seed == 3:
            assert one.key == theirs[one.cell.blackbox, 3, names[one.cell.variant.label]]


def test_an_eight_workers_budget_is_the_time_of_mean_epochs():
    # 3 and 2 epochs of 16 s and 40 s: 128 s for 5, 25.6 s each; 1,000 of them on 8 workers: 3,200 s.
    curves = table([[3, 2, 1], [3, 2]], seconds=[[16, 32, 48], [40, 80]])
    assert horizon(curves, EIGHT) == 3200
    assert budget_on(curves, EIGHT).max_seconds == 3200.0
    assert budget_on(curves, EIGHT).max_epochs is None
    assert budget_on(curves, Part(name="one")).max_epochs == 1000


@pytest.mark.parametrize(("seconds", "expected"), [(0.0119, 1), (0.0120, 2), (1e-9, 1)])
def test_it_is_rounded_to_whole_seconds_and_never_none(seconds, expected):
    curves = table([[2, 1]], seconds=[[seconds, 2 * seconds]])
    assert horizon(curves, EIGHT) == expected


def test_each_table_has_its_own_budget_and_seeds_come_first(made):
    board = load_board(made)
    part = board.part("crowd")
    plan = board_plan(board, part, list(board.entries.values()), Grid(tuple(board.tables), 2))
    assert [one.cell.seed for one in plan.cells] == [0] * 6 + [1] * 6
    for one in plan.cells:
        assert one.spec.budget.max_seconds == horizon(plan.tables[one.cell.blackbox], part)
        assert one.spec.workers == 3
    assert len(np.unique(plan.keys)) == 12
