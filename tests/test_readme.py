"""The README's examples run as they stand, in order, and its shell commands do what it says."""

import json
import re
import shlex
from pathlib import Path

import pytest

from simdyhpo.cli.main import main

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PYTHON = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
COMMANDS = [line for line in README.splitlines() if line.startswith("simdyhpo ")]


@pytest.mark.parametrize("number", range(len(PYTHON)))
def test_python_example(number, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    exec(compile(PYTHON[number], f"README example {number}", "exec"), {"__name__": "readme"})
    assert capsys.readouterr().out


def test_shell_commands_in_order(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    outputs = {}
    for command in COMMANDS:
        arguments = shlex.split(command)[1:]
        assert main(arguments) == 0, command
        outputs[command] = capfd.readouterr().out
        assert outputs[command].strip(), command
    (as_json,) = (output for command, output in outputs.items() if "--json" in command)
    assert json.loads(as_json)["ended_by"] == "budget"


def test_there_are_examples():
    assert len(PYTHON) == 1
    assert len(COMMANDS) >= 5
    assert sum(line.startswith("simdyhpo versus ") for line in COMMANDS) == 1


def test_it_is_short():
    """Who opens it first wants to know whether it is for them."""
    assert len(README.splitlines()) < 150


def test_folders_are_real_places():
    section = (ROOT / "CONTRIBUTING.md").read_text().split("## Folders")[1].partition("\n## ")[0]
    for place in re.findall(r"`([\w/.]+)`", section):
        assert (ROOT / place).exists(), place
