"""A study's run leaves few files behind, and every command sees what is packed."""

import pytest

from simdyhpo.cli.main import main
from simdyhpo.studies import conductor, packing
from simdyhpo.studies.conductor import run_study
from simdyhpo.studies.files import load_study
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.pool import Pool
from simdyhpo.studies.store import Store
from tests.studies.conftest import CELLS, TEXT

pytestmark = pytest.mark.once

ONE = Pool("loky", 1)


@pytest.fixture
def say(file, tables, tmp_path, capfd):
    """Carry out `simdyhpo ...`: what it wrote to stdout and stderr."""

    def say(*words, expect=0):
        assert main(list(map(str, words))) == expect
        return capfd.readouterr()

    return say


@pytest.fixture
def where(tables, tmp_path):
    return ["--out", tmp_path / "results", "--tables", tables]


def test_a_run_packs_on_its_way_and_at_its_end(file, tables, tmp_path, monkeypatch):
    monkeypatch.setattr(conductor, "AT_ONCE", 10)
    monkeypatch.setattr(packing, "AT_REST", 4)
    plan, store = make_plan(load_study(file), tables), Store(tmp_path / "results")
    on_the_way, pack = [], conductor.pack_cells

    def packing_now(store, keys):
        on_the_way.append((pack(store, keys).cells, len(keys)))

    monkeypatch.setattr(conductor, "pack_cells", packing_now)
    summary = run_study(plan, store, ONE)
    assert on_the_way == [(10, 10), (10, 10)]
    assert (sorted(summary.made), summary.lost) == (sorted(plan.keys), [])
    assert store.loose() == {}
    assert len(store.packs.names()) == 1  # two small ones became part of the last
    assert run_study(plan, store, ONE).made == []


def test_who_cannot_pack_keeps_the_cells_and_warns(file, tables, tmp_path, monkeypatch):
    monkeypatch.setattr(packing, "AT_REST", 1)
    plan, store = make_plan(load_study(file), tables), Store(tmp_path / "results")
    store.open()
    (store.folder / "packs").write_text("no folder")
    with pytest.raises(Exception, match="packs"):
        store.finished()
    (store.folder / "packs").unlink()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(packing, "write_pack", full)
    with pytest.warns(UserWarning, match="unpacked.*No space left on device"):
        summary = run_study(plan, store, ONE)
    assert (len(summary.made), summary.lost) == (CELLS, [])
    assert len(store.loose()) == CELLS


def test_every_command_sees_packed_cells(say, where, file, tmp_path):
    """And says the same of them as before."""
    results = tmp_path / "results"
    say("study", "run", file, *where, "--jobs", 1)
    key = min(Store(results).finished())
    commands = {
        "status": ["study", "status", file, *where],
        "verify": ["study", "status", file, *where, "--verify", "--json"],
        "study report": ["study", "report", file, *where],
        "explain": ["trace", "explain", results / "cells" / key, "--decision", 3],
        "show": ["trace", "show", results / "cells" / key],
        "again": ["study", "run", file, *where, "--jobs", 1],
        "compare": ["compare", results, results],
    }
    before = {name: say(*words).out for name, words in commands.items()}
    say("report", results, "--out", tmp_path / "before.html")
    say("study", "export", results, "--to", "csv", "--save", tmp_path / "before")
    assert f"{CELLS} cells packed; 1 packs in {results}" in say("study", "pack", results).out
    assert Store(results).loose() == {}
    assert {name: say(*words).out for name, words in commands.items()} == before
    say("report", results, "--out", tmp_path / "after.html")
    assert (tmp_path / "after.html").read_bytes() == (tmp_path / "before.html").read_bytes()
    say("study", "export", results, "--to", "csv", "--save", tmp_path / "after")
    for path in (tmp_path / "before").iterdir():
        assert (tmp_path / "after" / path.name).read_bytes() == path.read_bytes()
    file.write_text(TEXT.replace("[2, 4]", "[2]"))
    assert f"{CELLS // 3} results removed" in say("study", "clean", file, *where, "--stale", "--yes").out
    assert f"{CELLS - CELLS // 3} of" in say("study", "status", file, *where).out
    assert "0 cells made" in say("study", "run", file, *where, "--jobs", 1).out


def test_damage_in_a_pack_is_made_again_without_further_words(say, where, file, tmp_path):
    results = tmp_path / "results"
    say("study", "run", file, *where, "--jobs", 1)
    say("study", "pack", results)
    right = say("study", "report", file, *where).out
    (path,) = (results / "packs").glob("*/decisions.parquet")
    path.write_bytes(path.read_bytes()[:100])
    said = say("study", "status", file, *where, "--verify", expect=1).out
    assert said.count(f"{path}: damaged or altered since it was written") == CELLS
    said = say("study", "run", file, *where, "--jobs", 1)
    assert f"{CELLS} damaged cells were set aside" in said.err
    assert f"{CELLS} cells made" in said.out
    assert "every result is as it was written" in say("study", "status", file, *where, "--verify").out
    without_seconds = [line for line in right.splitlines() if "ms" not in line]
    again = say("study", "report", file, *where).out
    assert [line for line in again.splitlines() if "ms" not in line][:9] == without_seconds[:9]


def test_a_folder_without_results_cannot_be_packed(say, tmp_path):
    assert "holds no study's results" in say("study", "pack", tmp_path, expect=2).err
