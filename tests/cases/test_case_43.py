"""A scheduler whose summary can't be stored: said when its run ends, with its name; the others go on."""

import pytest

from simdyhpo.cli.main import main

STUDY = """name = "own"
blackboxes = ["digits-mlp"]
seeds = 2
budget = { max_epochs = 40 }
[[variants]]
scheduler = "asha"
[[variants]]
scheduler = "tests.cases.schedulers_43:Mean"
"""


def test_in_a_study_it_is_those_cells_failure(tmp_path, capfd):
    (tmp_path / "s.toml").write_text(STUDY)
    where = [str(tmp_path / "s.toml"), "--out", str(tmp_path / "r")]
    assert main(["study", "run", *where, "--jobs", "1"]) == 1
    said = capfd.readouterr()
    assert "2 cells made, 0 were there" in said.out
    assert "2 cells failed" in said.err
    assert "'tests.cases.schedulers_43:Mean': its summary() says 1.5 for 'mean_rung'" in said.err
    assert main(["study", "status", *where]) == 0
    assert "2 of 2 cells done" in capfd.readouterr().out
    assert main(["report", str(tmp_path / "r")]) == 0


@pytest.mark.parametrize(("name", "wrong"), [("Mean", "1.5"), ("Text", "'second'"), ("Diag", "'low'")])
def test_of_a_run_nothing_is_written_that_cannot_be_read(name, wrong, tmp_path, capfd):
    words = f"--blackbox digits-mlp --scheduler tests.cases.schedulers_43:{name} --max-epochs 40 --out"
    assert main(["run", *words.split(), str(tmp_path / "run")]) == 2
    said = capfd.readouterr().err.splitlines()[-1]
    assert f"schedulers_43:{name}" in said
    assert wrong in said
    assert not (tmp_path / "run").exists()


def test_numbers_of_numpy_are_numbers(tmp_path, capfd):
    words = "--blackbox digits-mlp --scheduler tests.cases.schedulers_43:Np --max-epochs 40 --out"
    assert main(["run", *words.split(), str(tmp_path / "run")]) == 0
    for command in (["trace", "show"], ["report"], ["trace", "replay"]):
        more = ["--verify"] if command[-1] == "replay" else []
        assert main([*command, str(tmp_path / "run"), *more]) == 0
