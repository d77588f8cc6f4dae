"""`simdyhpo report`: where the page goes, what it never overwrites, and how mistakes are answered."""

import pytest

from simdyhpo.runs.front_door import simulate
from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.traces.write import write_run


@pytest.fixture
def run(tmp_path):
    write_run(simulate(load_blackbox("digits-mlp"), "asha", max_epochs=20), tmp_path / "run")
    return tmp_path / "run"


def test_the_page_lies_in_the_folder_and_is_replaced(command, run):
    said = command("report", run)
    page = run / "report.html"
    assert (said.status, said.err) == (0, "")
    assert str(page) in said.out
    before = page.read_bytes()
    page.write_bytes(before[:3000])  # an older one
    assert command("report", run).status == 0
    assert page.read_bytes() == before


def test_nothing_else_is_overwritten(command, run, tmp_path):
    notes = tmp_path / "notes.html"
    notes.write_text("<p>mine</p>")
    said = command("report", run, "--out", notes)
    assert said.status == 2
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1
    assert notes.read_text() == "<p>mine</p>"
    assert command("report", run, "--out", tmp_path).status == 2
    assert command("report", run, "--out", tmp_path / "new" / "page.html").status == 0


def test_a_study_by_its_name_and_by_its_file(command, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        'name = "mine"\nblackboxes = ["digits-mlp"]\nseeds = 1\nbudget = { max_epochs = 5 }\n'
        '[[variants]]\nscheduler = "random"\n'
    )
    out = tmp_path / "results"
    assert command("study", "run", file, "--out", out, "--jobs", 1).status == 0
    pages = []
    for words in ([], ["--study", "mine"], ["--study", file]):
        assert command("report", out, *words).status == 0
        pages.append((out / "report.html").read_bytes())
    assert len(set(pages)) == 1
    said = command("report", out, "--study", "mime")
    assert said.status == 2
    assert "unknown study" in said.err


def test_mistakes_are_one_line(command, tmp_path):
    cell = tmp_path / "cell.parquet"
    cell.write_bytes(b"")
    for words, part in (
        ((tmp_path / "nowhere",), "no such folder"),
        ((tmp_path,), "neither"),
        ((cell,), "--out"),
        ((cell, "--out", tmp_path / "page.html"), "cell.parquet"),
    ):
        said = command("report", *words)
        assert said.status == 2
        assert part in said.err
        assert said.err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["cell.parquet"]
