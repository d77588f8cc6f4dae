"""What the pages on studies, clusters, regression tests and your own scheduler show can be done."""

import re
import shlex
import tomllib
from pathlib import Path

import msgspec
import pytest

from simdyhpo.cli.main import main
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.named_clusters import PRESETS, find_cluster
from simdyhpo.studies.files import load_study
from tests.docs.blocks import blocks

pytestmark = pytest.mark.once

DOCS = Path(__file__).parents[1] / "docs"
TEXT = (DOCS / "studies.md").read_text()
REGRESSION = (DOCS / "regression-tests.md").read_text()
OWN = (DOCS / "your-own-scheduler.md").read_text()
CLUSTER = (DOCS / "cluster.md").read_text()


def block(kind, text=TEXT):
    return re.findall(rf"```{kind}\n(.*?)```", text, flags=re.DOTALL)


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


def test_regression_tests_work_as_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    said = []
    commands = [
        found.text
        for found in blocks("docs/regression-tests.md")
        if found.language == "sh" and not found.reason
    ]
    for command in "".join(commands).splitlines():
        status = main(shlex.split(command)[1:])
        out = capsys.readouterr().out
        assert status == ("trace diff" in command), command
        said.append(out)
    (shown,) = re.findall(r"```text\n(asked differently.*?)```", REGRESSION, flags=re.DOTALL)
    differs = next(out for out in said if out.startswith("asked differently"))
    for line in shown.splitlines():
        assert line.removesuffix(" ...") in differs
    exec(compile(block("python", REGRESSION)[0], "docs/regression-tests.md", "exec"), {"__name__": "docs"})
    assert capsys.readouterr().out.startswith("True random.jsonl: agrees")


def test_a_scheduler_of_ones_own_takes_30_lines():
    """It is run by tests/docs."""
    lines = block("python", OWN)[0].partition("class MedianStopping")[2].strip().splitlines()
    assert len([line for line in lines if line.strip()]) <= 30


def test_a_clusters_defaults_are_as_shown(tmp_path):
    shown = tomllib.loads(block("toml", CLUSTER)[0])["cluster"]
    assert shown.pop("preset") == "ideal"
    del shown["recorded_file"]
    lists = {"speeds": [1], "join_seconds": [0], "leave_seconds": [0]}
    assert {name: shown.pop(name) for name in lists} == lists
    fields = {field.name: field.default for field in msgspec.structs.fields(Cluster)}
    assert shown == {
        name: value for name, value in fields.items() if name not in {*lists, "recorded_seconds"}
    }
    assert find_cluster(shown).ideal


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_described(name):
    assert f"| `{name}` |" in CLUSTER


def test_clusters_work_as_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    exec(compile(block("python", CLUSTER)[0], "docs/cluster.md", "exec"), {"__name__": "docs"})
    assert "'busy'" in capsys.readouterr().out
    for command in block("sh", CLUSTER)[0].splitlines():
        assert main(shlex.split(command)[1:]) == 0, command
    assert (tmp_path / "flaky.json").exists()
    assert (tmp_path / "flaky.png").exists()
