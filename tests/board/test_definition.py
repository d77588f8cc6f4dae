"""What the shipped board is, and what is refused in a board's file."""

import pytest

from simdyhpo.board.definition import grid_of, load_board
from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.errors import OutputError, SimdyhpoError, UnknownNameError
from simdyhpo.studies.files import find_study, load_study
from simdyhpo.tables.blackboxes import shipped_files
from tests.board.conftest import TOML


def test_the_shipped_board_is_about_all_measured_tables_of_the_paper():
    board = load_board()
    assert {name: len(tables) for name, tables in board.suites.items()} == {"lcbench": 35, "taskset": 12}
    assert set(board.tables) == {
        name for name in shipped_files() if name.startswith(("lcbench-", "taskset-"))
    }
    assert [(part.name, part.workers, part.epochs) for part in board.parts] == [
        ("one-worker", 1, 1000),
        ("eight-workers", 8, 1000),
    ]
    for study in ("lcbench", "taskset"):
        assert list(board.suites[study]) == list(load_study(find_study(study)).blackboxes)


def test_every_scheduler_may_stand_on_it_and_the_papers_rule_too():
    entries = load_board().entries
    assert set(SCHEDULERS) < set(entries)
    assert not any(entries[name].options for name in SCHEDULERS)
    assert entries["dyhpo-p0"].options == {"safeguard": False, "probability_sh": 0}


def test_a_quick_look_takes_every_fourth_table_of_each_suite():
    board = load_board()
    grid = grid_of(board, quick=True)
    assert grid.tables == (*board.suites["lcbench"][::4], *board.suites["taskset"][::4])
    assert (len(grid.tables), grid.seeds, grid.size) == (12, 3, 36)
    assert grid_of(board).size == 470
    assert grid_of(board, suite="taskset", seeds=2).size == 24


def test_what_a_board_does_not_have_is_refused():
    board = load_board()
    with pytest.raises(UnknownNameError, match="did you mean 'lcbench'"):
        grid_of(board, suite="lcbenc")
    with pytest.raises(SimdyhpoError, match="has 10 seeds"):
        grid_of(board, seeds=11)
    with pytest.raises(UnknownNameError, match="eight-workers"):
        board.part("eight-worker")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version = 7", "version = 0", "has to be a whole number of at least 1"),
        ("seeds = 2\n", "", "`seeds` is missing"),
        ('label = "random"', 'label = "asha"', "method 'asha' comes twice"),
        ('name = "crowd"', 'name = "alone"', "part 'alone' comes twice"),
        (
            'text = ["taskset-patch32-gru64-avg-bs128"]',
            'text = ["digits-mlp"]',
            "table 'digits-mlp' comes twice",
        ),
        ("seeds = 1 }", "seeds = 3 }", "can't have more seeds"),
        ("version = 7", "version = ", "not a TOML file"),
    ],
)
def test_mistakes_in_a_boards_file(tmp_path, old, new, said):
    assert TOML.count(old) == 1
    (tmp_path / "board.toml").write_text(TOML.replace(old, new))
    with pytest.raises(SimdyhpoError, match=said) as caught:
        load_board(tmp_path)
    assert str(tmp_path / "board.toml") in str(caught.value)


def test_a_folder_without_a_board(tmp_path):
    with pytest.raises(OutputError, match=r"board\.toml"):
        load_board(tmp_path)
