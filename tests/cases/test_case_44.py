"""A scheduler that exits, answers with the wrong type or names a file in no UTF-8 fails its cells alone."""

import pytest

from tests.studies.conftest import shell

STUDY = """
name = "x"
blackboxes = ["digits-mlp"]
seeds = 3
budget = {{ max_epochs = 60 }}

[[variants]]
label = "own"
scheduler = "tests.studies.schedulers:Bad"
options = {{ how = "{how}" }}

[[variants]]
scheduler = "asha"

[[variants]]
scheduler = "random"
"""


@pytest.mark.parametrize("how", ["exits", "gives_a_word_for_a_number", "names_a_file"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_six_cells_are_made_and_three_noted(tmp_path, how, jobs):
    (tmp_path / "x.toml").write_text(STUDY.format(how=how))
    results = tmp_path / "results"
    out, err = shell("study", "run", tmp_path / "x.toml", "--out", results, "--jobs", jobs, expect=1)
    assert out.startswith("6 cells made, 0 were there")
    assert "3 cells failed" in err
    assert "Traceback" not in err
    assert len(list((results / "failures").glob("*.txt"))) == 3
