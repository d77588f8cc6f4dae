"""`simdyhpo board`: add, show, check and run, on the tiny board."""

import json

import numpy as np
import pytest

from simdyhpo.board.definition import load_board
from simdyhpo.board.results import method_file, read_kept, write_kept
from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.cli.main import main

pytestmark = pytest.mark.once

TABLES = ("digits-mlp", "taskset-patch32-gru64-avg-bs128")


@pytest.fixture
def say(capsys, tmp_path, monkeypatch):
    """Carry out a command of `simdyhpo board` in an empty folder; returns status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def carry_out(folder, *words):
        capsys.readouterr()
        status = main(["board", *words, "--board", str(folder)])
        return status, *capsys.readouterr()

    return carry_out


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.parquet")}


def test_any_number_of_processes_makes_the_same_bytes(own, made, say):
    there = contents(own / "results")
    path = method_file(own, load_board(own).part(), "asha-2")
    path.unlink()
    status, out, _ = say(own, "add", "asha-2", "--part", "alone", "--jobs", "2")
    assert (status, out.splitlines()[-1]) == (0, "alone, asha-2: 4 of 4 cells; 4 added, 0 there already")
    assert contents(own / "results") == there


def test_adding_a_studys_folder_takes_what_is_the_boards(own, made, say):
    there = contents(own / "results")
    assert say(own, "add", str(made / "cells"))[0] == 0
    assert contents(own / "results") == there
    for path in (own / "results").rglob("*.parquet"):
        path.unlink()
    status, out, _ = say(own, "add", str(made / "cells"))
    assert status == 0
    assert out.splitlines() == [
        f"{part}, {label}: 4 of 4 cells; 4 added, 0 there already"
        for part in ("alone", "crowd")
        for label in ("asha", "asha-2", "random")
    ]
    assert contents(own / "results") == there


def test_fewer_seeds_are_added_and_then_the_rest(own, say):
    for part in ("alone", "crowd"):
        method_file(own, load_board(own).part(part), "random").unlink()
    out = say(own, "add", "random", "--part", "alone", "--seeds", "1", "--jobs", "1")[1]
    assert out.endswith("alone, random: 2 of 4 cells; 2 added, 0 there already\n")
    assert (
        "not ranked, since they lack some of the 4 cells: random (2)"
        in say(own, "show", "--part", "alone")[1]
    )
    assert "3 methods ranked\n" in say(own, "show", "--part", "alone", "--seeds", "1")[1]


def test_the_table_has_a_row_for_each_method_the_best_first(made, say):
    status, out, _ = say(made, "show", "--part", "alone")
    head, _, names, *rows = out.splitlines()
    assert status == 0
    assert head == "board 7, alone: 1 worker, 100 epochs; 2 tables x 2 seeds; 3 methods ranked"
    assert names.split() == [
        "method", "rank", "95", "%", "interval", "anytime", "rank", "best", "on",
        "digits", "10", "digits", "50", "digits", "100", "text", "10", "text", "50", "text", "100",
    ]  # fmt: skip
    ranks = [float(row.split()[2]) for row in rows[:3]]
    assert ranks == sorted(ranks)
    assert sorted(row.split()[1] for row in rows[:3]) == ["asha", "asha-2", "random"]


def test_both_parts_and_json(made, say):
    out = say(made, "show")[1]
    assert "board 7, crowd: 3 workers, the simulated time of 100 mean epochs without waiting" in out
    assert "digits 10 %" in out
    one, other = json.loads(say(made, "show", "asha", "random", "--json")[1])
    assert (one["board"], one["part"], other["part"]) == (7, "alone", "crowd")
    assert one["tables"] == list(TABLES)
    assert {row["label"] for row in one["methods"]} == {"asha", "random"}
    assert {row["mark"] for row in one["regrets"]} == {10, 50, 100}
    assert one["about"]["random"] == SCHEDULERS["random"].rule
    kept = read_kept(
        method_file(made, load_board(made).part(), "asha"), load_board(made), load_board(made).part()
    )
    mine = np.mean([cell.marks[-1] for cell in kept if cell.blackbox == TABLES[0]])
    found = [
        row for row in one["regrets"] if (row["label"], row["suite"], row["mark"]) == ("asha", "digits", 100)
    ]
    assert found[0]["normalised"] == pytest.approx(mine)


def test_a_page_and_figures_of_the_board(made, say, tmp_path):
    assert say(made, "show", "--save", str(tmp_path / "page"))[0] == 0
    names = {path.name for path in (tmp_path / "page").iterdir()}
    figures = {
        f"board-{part}-{what}.{kind}"
        for part in ("alone", "crowd")
        for what in ("ranks", "regret")
        for kind in ("png", "svg")
    }
    assert names == {"board.html"} | figures
    text = (tmp_path / "page" / "board.html").read_text()
    assert "Board 7" in text
    assert "halving in twos" in text
    assert text.count("<table") == 4


def test_what_is_shipped_can_be_made_again(made, say):
    status, out, _ = say(made, "check", "--cells", "5", "--jobs", "1")
    assert (status, out) == (0, "5 cells checked: 5 equal, 0 not\n")


def test_one_flipped_bit_is_noticed(own, say):
    board = load_board(own)
    part = board.part("crowd")
    path = method_file(own, part, "asha")
    rows = read_kept(path, board, part)
    marks = rows[1].marks.copy()
    marks.view(np.uint32)[41] ^= 1
    rows[1] = type(rows[1])(
        **{name: getattr(rows[1], name) for name in rows[1].__struct_fields__} | {"marks": marks}
    )
    write_kept(path, board, part, rows)
    status, out, _ = say(own, "check", "asha", "--part", "crowd", "--jobs", "1")
    first, last = out.splitlines()
    assert status == 1
    assert last == "4 cells checked: 3 equal, 1 not"
    assert first.startswith(
        f"crowd, asha on {rows[1].blackbox}, seed 1 ({rows[1].cell}): 1 of its marks differ, the first at 42"
    )


def test_a_key_that_is_another_today_is_noticed(own, say):
    board = load_board(own)
    path = method_file(own, board.part(), "random")
    rows = read_kept(path, board, board.part())
    fields = {name: getattr(rows[0], name) for name in rows[0].__struct_fields__}
    rows[0] = type(rows[0])(**fields | {"cell": "0" * 32})
    write_kept(path, board, board.part(), rows)
    status, out, _ = say(own, "check", "random", "--part", "alone", "--jobs", "1", "--json")
    found = json.loads(out)
    assert (status, found["checked"], len(found["differences"])) == (1, 4, 1)
    assert "today: code, table or package is another one" in found["differences"][0]["problem"]
    # Adding again replaces it.
    assert "1 of an earlier version dropped" in say(own, "add", "random", "--part", "alone", "--jobs", "1")[1]
    assert say(own, "check", "random", "--part", "alone", "--jobs", "1")[0] == 0


def test_a_method_that_left_the_board_is_noticed(own, say):
    toml = own / "board.toml"
    toml.write_text(toml.read_text().replace('label = "asha-2"', 'label = "asha-two"'))
    status, out, _ = say(own, "check", "--part", "alone", "--jobs", "1")
    assert status == 1
    assert out.count("alone, asha-2 on") == out.count("can't be made: the board has no such method") == 4
    assert out.endswith("12 cells checked: 8 equal, 4 not\n")


def test_a_scheduler_goes_from_its_file_to_its_rank(made, say, tmp_path):
    status, out, err = say(made, "run", "tests.board.mine:Fine", "--out", "mine", "--jobs", "1")
    assert status == 0, err
    assert "Fine: place 3 of 4 by mean rank, 3.50" in out  # it is random search, whose rank it shares
    assert "random; their regrets are identical in every run." in out
    assert "random 0-2-0" in out
    names = {path.name for path in (tmp_path / "mine").iterdir()}
    figures = {f"board-{what}.{kind}" for what in ("ranks", "regret") for kind in ("png", "svg")}
    assert names == {"Fine.parquet", "board.html", "cells"} | figures
    page = (tmp_path / "mine" / "board.html").read_text()
    for words in (
        "Where it stands on board 7",
        "Against each",
        "Table by table",
        "tests.board.mine:Fine",
        *TABLES,
    ):
        assert words in page
    assert 'src="http' not in page
    assert 'href="http' not in page
    # What it wrote can be sent, and stands beside the others there.
    assert "Fine" in say(made, "show", "asha", "mine/Fine.parquet", "--part", "alone")[1]
    # The same command again runs nothing.
    assert (
        "0 cells made, 4 were there"
        in say(made, "run", "tests.board.mine:Fine", "--out", "mine", "--jobs", "1")[1]
    )


def test_quick_and_another_part(made, say):
    status, out, _ = say(
        made, "run", "asha", "--option", "reduction_factor=4", "--quick", "--part", "crowd", "--jobs", "1"
    )
    assert status == 0
    assert "board 7, crowd: 3 workers" in out
    assert "2 tables x 1 seed; 4 methods ranked" in out
    assert "asha reduction_factor=4: place" in out
    out = say(made, "run", "asha", "--quick", "--jobs", "1")[1]
    assert "asha, run here: place" in out


def test_who_breaks_a_law_is_told_before_anything_runs(made, say, tmp_path):
    status, out, err = say(made, "run", "tests.board.mine:Boastful", "--out", "mine", "--jobs", "1")
    assert (status, out) == (2, "")
    (line,) = err.splitlines()
    assert line.startswith("error: law 'counts' is broken on table")
    assert line.endswith("(--without-law counts)")
    assert not (tmp_path / "mine").exists()


def test_who_fails_on_a_table_is_ranked_on_none(made, say, tmp_path):
    status, out, err = say(made, "run", "tests.board.mine:Choosy", "--out", "mine", "--jobs", "1")
    assert status == 1, err
    assert (
        f"Choosy is not ranked: it failed on 1 of 2 tables ({TABLES[1]}: RuntimeError: minima are not" in out
    )
    assert "place" not in out
    page = (tmp_path / "mine" / "board.html").read_text()
    assert "Failed on taskset-patch32-gru64-avg-bs128" in page
    assert not (tmp_path / "mine" / "Choosy.parquet").exists()


def test_results_of_another_version_are_not_compared(own, say):
    toml = own / "board.toml"
    toml.write_text(toml.read_text().replace("version = 7", "version = 8"))
    for words in (["show"], ["run", "asha", "--jobs", "1"], ["check"], ["add", "asha", "--jobs", "1"]):
        status, out, err = say(own, *words)
        assert (status, out) == (2, "")
        (line,) = err.splitlines()
        assert "results of board 7, and this is board 8" in line
        assert "make them again: `simdyhpo board run`" in line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "tests.board.mine:Nobody"], "has no 'Nobody'"),
        (["run", "ahsa"], "did you mean 'asha'"),
        (["run", "asha", "--part", "crowded"], "did you mean 'crowd'"),
        (["run", "tests.board.mine:Fine", "--without-law", "cuonts"], "did you mean 'counts'"),
        (["show", "ahsa"], "did you mean 'asha'"),
        (["show", "--suite", "texts"], "did you mean 'text'"),
        (["show", "--seeds", "3"], "the board has 2 seeds"),
        (["add", "nowhere"], "unknown method of the board 'nowhere'"),
        (["check", "sh"], "unknown method of the board 'sh'"),
    ],
)  # fmt: skip
def test_mistakes_are_one_line(made, say, words, said):
    status, out, err = say(made, *words)
    assert (status, out) == (2, "")
    (line,) = err.splitlines()
    assert said in line


def test_an_empty_board_says_so(own, say):
    for path in (own / "results").rglob("*.parquet"):
        path.unlink()
    assert "nobody has all of these cells" in say(own, "show")[1]
    assert say(own, "check")[::2] == (2, "error: the board has no such results: nothing can be checked\n")
    out = say(own, "run", "random", "--jobs", "1")[1]
    assert "random: place 1 of 1 by mean rank" in out
