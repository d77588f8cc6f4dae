"""What docs/studies.md shows can be done."""

import re
from pathlib import Path

from simdyhpo.cli.main import main
from simdyhpo.studies.files import load_study

TEXT = (Path(__file__).parents[1] / "docs" / "studies.md").read_text()


def block(kind):
    return re.findall(rf"```{kind}\n(.*?)```", TEXT, flags=re.DOTALL)


def test_the_study_shown_is_one(tmp_path):
    (tmp_path / "study.toml").write_text(block("toml")[0])
    assert len(load_study(tmp_path / "study.toml").cells()) == 3 * 10 * 7


def test_results_are_read_as_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.toml").write_text(
        'name = "quick"\nblackboxes = ["digits-mlp"]\nseeds = 1\nbudget = { max_epochs = 9 }\n'
        '[[variants]]\nscheduler = "asha"\n[[variants]]\nscheduler = "random"\n'
    )
    assert main(["study", "run", "s.toml", "--jobs", "1"]) == 0
    capsys.readouterr()
    exec(compile(block("python")[0], "docs/studies.md", "exec"), {"__name__": "docs"})
    shown = capsys.readouterr().out
    assert "START_RANDOM" in shown
    assert "regret_1" in shown


def test_commands_exist(capsys):
    for command in re.findall(r"`simdyhpo study (\w+)", TEXT):
        assert main(["study", command, "--help"]) == 0
    assert main(["sweep", "--help"]) == 0
