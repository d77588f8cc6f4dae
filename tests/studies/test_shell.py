"""`simdyhpo study` from the shell."""

from collections import Counter

import pytest

from simdyhpo.cli.main import main
from simdyhpo.runs.spec import Budget
from simdyhpo.studies.plan import Plan, PlannedCell
from simdyhpo.studies.spec import Cell, Variant
from simdyhpo.studies.store import Store
from tests.studies.conftest import CELLS, TEXT

pytestmark = pytest.mark.once


@pytest.fixture
def say(file, tables, tmp_path, capfd):
    """Carry out `simdyhpo study COMMAND FILE ...`: what it wrote to stdout and stderr."""

    def say(command, *words, expect=0):
        where = ["--out", str(tmp_path / "results"), "--tables", str(tables)]
        assert main(["study", command, str(file), *where, *map(str, words)]) == expect
        return capfd.readouterr()

    return say


def test_check_run_status_report(say, tmp_path):
    before = say("check").out
    assert f"all                      0 of {CELLS} cells done" in before
    assert "expected for what is missing: " in before
    assert not (tmp_path / "results").exists()
    assert f"{CELLS} cells made, 0 were there" in say("run", "--jobs", 1).out
    assert f"0 cells made, {CELLS} were there" in say("run", "--jobs", 1).out
    after = say("status").out
    assert f"asha,reduction_factor=2  {CELLS // 3} of {CELLS // 3} cells done" in after
    assert "expected" not in say("check").out
    saved = tmp_path / "report"
    assert say("report", "--save", saved, "--baseline", "asha").out == (saved / "report.md").read_text()
    assert len((saved / "results.csv").read_text().splitlines()) == CELLS + 1
    assert "did you mean 'asha'" in say("report", "--baseline", "ahsa", expect=2).err


def test_shards_are_the_whole_together(say, tmp_path):
    assert f"{CELLS // 3} cells made, 0 were there" in say("run", "--jobs", 1, "--shard", "1/3").out
    assert f"0 cells made, {CELLS // 3} were there" in say("run", "--jobs", 1, "--shard", "1/3").out
    say("run", "--jobs", 1, "--shard", "0/3")
    say("run", "--jobs", 1, "--shard", "2/3")
    assert f"0 cells made, {CELLS} were there" in say("run", "--jobs", 1).out
    for wrong in ("3/3", "1", "-1/3", "a/b", "0/0"):
        assert "with I from 0 to N - 1" in say("run", f"--shard={wrong}", expect=2).err


@pytest.mark.parametrize(("of", "variants"), [(2, 6), (3, 6), (16, 16), (16, 8), (12, 18), (4, 3), (5, 1)])
def test_every_shard_has_some_of_every_variant(of, variants):
    """Else one job of an array has all the runs of the slowest."""
    kinds = [(f"v{variant}", table) for table in ("a", "b") for variant in range(variants)]
    asked = [
        Cell(table, Variant(label=label, scheduler="asha"), 1, seed, Budget(max_epochs=1))
        for seed in range(of + 1)
        for label, table in kinds
    ]
    plan = Plan(None, [PlannedCell(cell, None, str(i)) for i, cell in enumerate(asked)], {})
    shards = [plan.shard(number, of) for number in range(of)]
    assert sorted(key for shard in shards for key in shard.keys) == sorted(plan.keys)
    for shard in shards:
        counts = Counter((one.cell.variant.label, one.cell.blackbox) for one in shard.cells)
        assert all(1 <= counts[kind] <= 2 for kind in kinds)
        assert abs(len(shard.cells) - len(plan.cells) / of) < 1
        assert [one.cell.seed for one in shard.cells] == sorted(one.cell.seed for one in shard.cells)


def test_failures_are_summed_up(say, file):
    file.write_text(TEXT + '\n[[variants]]\nlabel = "user"\nscheduler = "tests.studies.schedulers:Raising"\n')
    said = say("run", "--jobs", 1, expect=1)
    assert f"{CELLS} cells made" in said.out
    assert f"{CELLS // 3} cells failed" in said.err
    assert f"{CELLS // 3} x ZeroDivisionError: a bug in a scheduler" in said.err
    status = say("status").out
    assert f"{CELLS // 3} failed" in status
    assert status.count("failures/") == CELLS // 3
    file.write_text(TEXT)
    assert "failed" not in say("status").out


def test_clean(say, file, tmp_path):
    say("run", "--jobs", 1)
    store = Store(tmp_path / "results")
    assert "No result is stale" in say("clean", "--stale", "--yes").out
    file.write_text(TEXT.replace("[2, 4]", "[2]"))
    assert "0 abandoned files and folders" in say("clean").out
    assert len(store.finished()) == CELLS
    assert f"{CELLS // 3} results removed" in say("clean", "--stale", "--yes").out
    assert len(store.finished()) == CELLS - CELLS // 3


def test_a_study_by_name(capfd, tmp_path):
    assert main(["study", "check", "quick", "--no-estimate", "--out", str(tmp_path)]) == 0
    assert "all            0 of 24 cells done" in capfd.readouterr().out
    assert main(["study", "check", "quik"]) == 2
    assert "did you mean 'quick'" in capfd.readouterr().err


def test_list(capfd):
    assert main(["study", "list"]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert any(line.split()[:2] == ["quick", "24"] for line in lines)
