"""Nobody's results are removed while somebody asks for them, and a run notices when they are."""

import shutil

import pytest

from simdyhpo.cli.main import main
from simdyhpo.studies import conductor as run_module
from simdyhpo.studies.files import load_study
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.store import Store
from simdyhpo.studies.under_way import ABANDONED, UNDER_WAY, being_asked
from tests.studies.conftest import CELLS, TEXT

pytestmark = pytest.mark.once


@pytest.fixture
def clean(file, tables, tmp_path):
    smaller = tmp_path / "smaller.toml"
    smaller.write_text(TEXT.replace("seeds = 2", "seeds = 1"))
    where = ["--out", str(tmp_path / "results"), "--tables", str(tables)]

    def clean(path=smaller):
        assert main(["study", "clean", str(path), *where, "--stale", "--yes"]) == 0

    clean.where = where
    return clean


def test_a_smaller_file_removes_nothing_of_a_run_under_way(clean, file, tables, tmp_path, monkeypatch, capfd):
    """`clean` is called when most of the cells are made."""
    half, outcome = [], run_module._outcome

    def in_between(*words):
        half.append(words)
        if len(half) == CELLS - 2:
            clean()
        return outcome(*words)

    monkeypatch.setattr(run_module, "_outcome", in_between)
    assert main(["study", "run", str(file), *clean.where, "--jobs", "1"]) == 0
    said = capfd.readouterr()
    assert "are asked for by a run that is under way" in said.out
    assert f"{CELLS} cells made" in said.out
    assert len(Store(tmp_path / "results").finished()) == CELLS
    assert not list((tmp_path / "results").glob(f"{UNDER_WAY}*"))
    clean()  # now nobody asks for them
    assert f"{CELLS // 2} results removed" in capfd.readouterr().out


def test_a_run_says_what_is_gone_at_its_end(clean, file, tmp_path, monkeypatch, capfd):
    store, seen, outcome = Store(tmp_path / "results"), [], run_module._outcome

    def in_between(*words):
        seen.append(words[0].task.key)
        if len(seen) == 10:
            store.remove(seen[0])
            store.path(seen[1], "reports").write_bytes(b"")
            shutil.rmtree(store.path(seen[2]).parent)
        return outcome(*words)

    monkeypatch.setattr(run_module, "_outcome", in_between)
    assert main(["study", "run", str(file), *clean.where, "--jobs", "1"]) == 1
    assert "3 of these cells are there no more, or not whole" in capfd.readouterr().err
    monkeypatch.undo()
    assert main(["study", "run", str(file), *clean.where, "--jobs", "1"]) == 0
    assert f"3 cells made, {CELLS - 3} were there" in capfd.readouterr().out


def test_another_study_of_the_folder_keeps_its_results(clean, file, tmp_path, capfd):
    assert main(["study", "run", str(file), *clean.where, "--jobs", "1"]) == 0
    other = tmp_path / "other.toml"
    other.write_text(TEXT.replace('"tiny"', '"other"').replace("seeds = 2", "seeds = 1"))
    clean(other)
    said = capfd.readouterr().out
    assert f"{CELLS // 2} results are asked for by study 'tiny', and stay" in said
    assert len(Store(tmp_path / "results").finished()) == CELLS


def test_marks_of_a_run_that_was_killed_count_for_a_day(file, tables, tmp_path):
    keys = make_plan(load_study(file), tables).keys
    marks = tmp_path / f"{UNDER_WAY}abc"
    marks.mkdir()
    (marks / "asked").write_text("".join(f"{key}\n" for key in keys))
    now = marks.stat().st_mtime
    assert being_asked(tmp_path, now + 60) == {marks: set(keys)}
    assert being_asked(tmp_path, now + ABANDONED + 60) == {}
