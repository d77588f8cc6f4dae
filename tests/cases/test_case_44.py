"""A scheduler that exits, answers with the wrong type or names a file in no UTF-8 fails its cells alone."""

import pytest

from tests.studies.conftest import shell

pytestmark = pytest.mark.once

STUDY = """
name = "x"
blackboxes = ["digits-mlp"]
seeds = 3
budget = {{ max_epochs = 60 }}

[[variants]]
scheduler = "tests.studies.schedulers:Bad"
grid = {{ how = {how} }}

[[variants]]
scheduler = "asha"

[[variants]]
scheduler = "random"
"""


HOW = ["exits", "gives_a_word_for_a_number", "names_a_file"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_six_cells_are_made_and_three_of_each_kind_noted(tmp_path, jobs):
    (tmp_path / "x.toml").write_text(STUDY.format(how=HOW))
    results = tmp_path / "results"
    out, err = shell("study", "run", tmp_path / "x.toml", "--out", results, "--jobs", jobs, expect=1)
    assert out.startswith("6 cells made, 0 were there")
    assert "9 cells failed" in err
    assert "Traceback" not in err
    noted = [path.read_text() for path in (results / "failures").glob("*.txt")]
    said = ("SystemExit", "score is 'high'", "no file caf")
    assert [sum(words in note for note in noted) for words in said] == [3, 3, 3]
