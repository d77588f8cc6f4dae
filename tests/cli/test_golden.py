"""`simdyhpo golden`: record, check, update, and their exit statuses."""

import json

import pytest

from simdyhpo.runs.front_door import simulate
from tests.cli.test_bad_input import assert_one_line
from tests.making import falling

ASHA = ("--blackbox", "digits-mlp", "--scheduler", "asha", "--workers", 3, "--max-epochs", 80)


@pytest.fixture
def kept(command, tmp_path):
    path = tmp_path / "asha.jsonl"
    said = command("golden", "record", path, *ASHA)
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith(f"{path}: ")
    return path


@pytest.fixture
def no_promotions(monkeypatch):
    monkeypatch.setattr("simdyhpo.schedulers.rungs.PromotionRungs.promotion", lambda self: None)


def test_the_run_that_is_made_can_be_kept_and_looked_at(command, kept, tmp_path, no_promotions):
    said = command("golden", "check", kept, "--keep", tmp_path / "made")
    assert said.status == 1
    place = tmp_path / "made" / "asha"
    assert said.out.endswith(f"its run is in {place}\n")
    before = tmp_path / "before"
    assert command("run", *ASHA, "--out", before).status == 0
    assert command("trace", "diff", before, place).status == 0
    again = command("golden", "check", kept, "--keep", tmp_path / "made")
    assert_one_line(again, str(place))


def test_it_agrees(command, kept):
    said = command("golden", "check", kept, kept)
    assert said.status == 0
    assert said.out.count(": agrees, ") == 2


def test_it_agrees_for_programs(command, kept):
    said = command("golden", "check", kept, kept, "--json")
    one, other = json.loads(said.out)
    assert (said.status, one) == (0, other)
    assert (one["file"], one["agrees"], one["equal"]) == (str(kept), True, True)


def test_a_change_is_told_to_programs(command, kept, no_promotions):
    said = command("golden", "check", kept, "--json")
    (one,) = json.loads(said.out)
    assert (said.status, one["agrees"]) == (1, False)
    assert one["decision"]["now"]["decision"] == "START_RANDOM"


def test_a_change_shows_and_is_kept_when_asked(command, kept, no_promotions):
    before = kept.read_text()
    said = command("golden", "check", kept)
    assert (said.status, said.err) == (1, "")
    assert "now START_RANDOM" in said.out.splitlines()[1]
    assert kept.read_text() == before
    said = command("golden", "update", kept)
    assert said.status == 0
    assert "now START_RANDOM" in said.out
    assert said.out.endswith(f"{kept}: written\n")
    assert command("golden", "check", kept).status == 0
    assert command("golden", "update", kept).out.endswith(f"{kept}: left as it is\n")


def test_equal_commands_write_equal_bytes(command, kept, tmp_path):
    command("golden", "record", tmp_path / "b.jsonl", *ASHA)
    assert (tmp_path / "b.jsonl").read_bytes() == kept.read_bytes()


def test_options_are_kept(command, tmp_path):
    words = ("--blackbox", "digits-mlp", "--scheduler", "dyhpo", "--option", "searcher=random")
    command(
        "golden", "record", tmp_path / "a.jsonl", *words, "--option", "probability_sh=0.5", "--max-epochs", 60
    )
    assert '"probability_sh": 0.5' in (tmp_path / "a.jsonl").read_text().splitlines()[0]
    assert command("golden", "check", tmp_path / "a.jsonl").status == 0
    assert command("golden", "check", "--tolerant", tmp_path / "a.jsonl").status == 0


def test_a_table_of_ones_own(command, tmp_path):
    table, other = falling(20, 9).save(tmp_path / "t.npz"), falling(21, 9).save(tmp_path / "u.npz")
    words = ("--blackbox", table, "--scheduler", "asha", "--max-epochs", 60)
    assert command("golden", "record", tmp_path / "a.jsonl", *words).status == 0
    assert_one_line(command("golden", "check", tmp_path / "a.jsonl"), "--blackbox FILE")
    both = ("--blackbox", other, "--blackbox", table)
    assert command("golden", "check", tmp_path / "a.jsonl", *both).status == 0


def test_a_scheduler_of_ones_own(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = "from simdyhpo.schedulers.asha import PromotionASHA\nclass Mine(PromotionASHA):\n    pass\n"
    (tmp_path / "golden_scheduler_of_mine.py").write_text(source)
    mine = [word if word != "asha" else "golden_scheduler_of_mine:Mine" for word in ASHA]
    assert command("golden", "record", "a.jsonl", *mine).status == 0
    assert command("golden", "check", "a.jsonl").status == 0


def test_bad_input(command, kept, tmp_path):
    assert_one_line(command("golden", "check", tmp_path / "none.jsonl"), "none.jsonl", "no such file")
    assert_one_line(command("golden", "record", kept, *ASHA), "exists", "golden update")
    assert_one_line(command("golden", "record", tmp_path / "b.jsonl", *ASHA[:-2]), "no budget")
    assert_one_line(command("golden", "check"), "FILE")
    assert_one_line(command("golden", "check", kept, "--tolerance", 0.1), "--tolerant")
    assert_one_line(command("golden", "check", kept, "--tolerant", "--tolerance", 1), "below 1")
    kept.write_text(kept.read_text()[:-30])
    assert_one_line(command("golden", "check", kept), "asha.jsonl", "not JSON")
    assert_one_line(command("golden", "update", kept), "asha.jsonl", "not JSON")


def test_all_files_are_read_before_the_first_run(command, kept, tmp_path):
    (tmp_path / "b.jsonl").write_text("{}\n")
    assert_one_line(command("golden", "check", kept, tmp_path / "b.jsonl"), "b.jsonl", "no golden log")


def test_a_scheduler_that_is_gone(command, kept):
    kept.write_text(kept.read_text().replace('"scheduler": "asha"', '"scheduler": "ahsa"'))
    assert_one_line(command("golden", "check", kept), "unknown scheduler 'ahsa'", "'asha'")


def test_simulate_is_what_is_recorded(kept):
    from simdyhpo.golden.text import golden_log, to_text
    from simdyhpo.tables.blackboxes import load_blackbox

    result = simulate(load_blackbox("digits-mlp"), "asha", workers=3, max_epochs=80)
    assert kept.read_text() == to_text(golden_log(result))
