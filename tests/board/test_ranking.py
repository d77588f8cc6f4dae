"""Ranks, means and who is left out, by hand."""

import msgspec
import numpy as np
import pytest

from simdyhpo.board.definition import Grid, load_board
from simdyhpo.board.field import field_of, read_field
from simdyhpo.board.ranking import ranking
from simdyhpo.board.results import Kept, method_file, read_kept, write_kept
from simdyhpo.board.words import head_words, plain, rest_words, table_rows
from simdyhpo.errors import UnknownNameError
from simdyhpo.runs.spec import BEHAVIOUR


@pytest.fixture(scope="module")
def board(made):
    return load_board(made)


def kept(board, method, table, seed, last, **changes) -> Kept:
    """A run whose regret is 1 for half of the budget, then `last`."""
    marks = np.array([1.0] * 50 + [last] * 50, dtype=np.float32)
    name = board.tables[table]
    fields = {
        "cell": f"{method}{table}{seed}",
        "method": method,
        "scheduler": "asha",
        "blackbox": name,
        "workers": 1,
    }
    return Kept(
        **fields
        | {"seed": seed, "behaviour": BEHAVIOUR, "span": 10.0 * (table + 1), "marks": marks}
        | changes
    )


def rows_of(board, method, lasts):
    """One number for each table and seed: table 0 of seeds 0 and 1, then table 1."""
    places = [(table, seed) for table in (0, 1) for seed in (0, 1)]
    return [kept(board, method, *place, last) for place, last in zip(places, lasts, strict=True)]


def ranked(board, *rows, grid=None):
    whole = Grid(tuple(board.tables), 2)
    return ranking(board, board.part(), grid or whole, field_of([one for some in rows for one in some]))


def test_ranks_are_of_means_over_seeds(board):
    a, b, c = (
        rows_of(board, name, lasts)
        for name, lasts in {"a": [0.0, 0.5, 0.5, 0.5], "b": [0.25, 0.5, 0.25, 0.25], "c": [0.5] * 4}.items()
    )
    found = ranked(board, a, b, c)
    # Table 0: a 0.25, b 0.375, c 0.5. Table 1: b 0.25, a and c 0.5, which share ranks 2 and 3.
    frame = found.frame.set_index("label")
    assert found.labels == ["b", "a", "c"]
    assert frame["rank"].to_dict() == {"b": 1.5, "a": 1.75, "c": 2.75}
    assert frame["place"].to_dict() == {"b": 1, "a": 2, "c": 3}
    assert frame["best_on"].to_dict() == {"b": 1, "a": 1, "c": 0}
    assert frame["regret"].to_dict() == {"b": 0.3125, "a": 0.375, "c": 0.5}
    assert frame["area"].to_dict() == {"b": 0.65625, "a": 0.6875, "c": 0.75}
    assert (frame["low"] <= frame["rank"]).all()
    assert (frame["rank"] <= frame["high"]).all()


def test_equal_ranks_share_a_place(board):
    found = ranked(
        board, *(rows_of(board, name, [last] * 4) for name, last in zip("abc", (0.5, 0.5, 0.6), strict=True))
    )
    assert found.frame["place"].tolist() == [1, 1, 3]


def test_regrets_by_suite_in_both_units(board):
    found = ranked(board, rows_of(board, "a", [0.0, 0.5, 0.5, 0.75]), rows_of(board, "b", [1.0] * 4))
    rows = found.regrets().set_index(["label", "suite", "mark"])
    assert rows.loc[("a", "digits", 100), ["normalised", "absolute"]].tolist() == [0.25, 2.5]
    assert rows.loc[("a", "text", 100), ["normalised", "absolute"]].tolist() == [0.625, 12.5]
    assert rows.loc[("a", "text", 50), ["normalised", "absolute"]].tolist() == [1.0, 20.0]
    assert rows.loc[("a", "text", 10), "at"] == "10"


def test_only_those_with_every_cell_are_ranked(board):
    a, b, c = (rows_of(board, name, [0.5] * 4) for name in "abc")
    found = ranked(board, a, b[:3], c)
    assert found.labels == ["a", "c"]
    assert found.left_out == {"b": 3}
    assert set(found.field.rows["label"]) == {"a", "c"}
    assert list(rest_words(found)) == ["not ranked, since they lack some of the 4 cells: b (3)"]
    assert "2 methods ranked, 1 more has only some of these cells" in head_words(found)
    smaller = ranked(board, a, b[:3], c, grid=Grid(tuple(board.tables), 1))
    assert smaller.labels == ["a", "b", "c"]
    assert not smaller.left_out


def test_cells_of_an_earlier_behaviour_are_not_ranked(board):
    old = [msgspec.structs.replace(one, behaviour=BEHAVIOUR - 1) for one in rows_of(board, "old", [0.0] * 4)]
    found = ranked(board, rows_of(board, "a", [0.5] * 4), old)
    assert found.labels == ["a"]
    assert found.left_out == {"old": 0}


def test_nobody_at_all(board):
    found = ranked(board, rows_of(board, "a", [0.5] * 4)[:1])
    assert found.frame.empty
    assert table_rows(found)[1] == []
    assert plain(found)["methods"] == []


def test_curves_are_means_along_the_budget(board):
    found = ranked(board, rows_of(board, "a", [0.0, 0.5, 0.5, 0.5]), rows_of(board, "b", [1.0] * 4))
    curve = found.curves()["a"]
    assert curve.x[[0, 49, 99]].tolist() == [1, 50, 100]
    assert curve.interval.mean[[0, 49, 50, 99]].tolist() == [1, 1, 0.375, 0.375]
    assert found.curves("text")["a"].interval.mean[99] == 0.5
    timed = ranking(board, board.part("crowd"), found.grid, found.field)
    assert timed.curves()["a"].x[-1] == 100


def test_files_of_others_stand_beside_the_board(board, made, tmp_path):
    part = board.part()
    rows = read_kept(method_file(made, part, "asha"), board, part)
    theirs = tmp_path / "theirs.parquet"
    write_kept(theirs, board, part, rows)
    field = read_field(board, part, ["asha", "random", str(theirs)], made)
    assert field.labels == ["asha", "random", f"asha ({theirs})"]
    assert read_field(board, part, folder=made).labels == ["asha", "asha-2", "random"]
    with pytest.raises(UnknownNameError, match="did you mean 'asha'"):
        read_field(board, part, ["ahsa"], made)
