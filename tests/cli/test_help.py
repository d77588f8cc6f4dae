"""Help at every command, with examples that can be typed; completion; the version."""

import shlex
import subprocess
import sys

import pytest
from click.shell_completion import ShellComplete

import simdyhpo
from simdyhpo.cli.examples import EXAMPLES, commands_of
from simdyhpo.cli.main import root

COMMANDS = dict(commands_of(root))


@pytest.mark.parametrize("name", COMMANDS)
def test_help_ends_with_examples(command, name):
    said = command(*name.split(), "--help")
    assert said.status == 0
    examples = [line.strip() for line in said.out.split("Examples:\n")[1].splitlines()]
    assert examples == [f"simdyhpo {name} {words}".strip() for words in EXAMPLES[name]]


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_a_command_line(name):
    """Read, not carried out: options exist, and their values are of the right kind."""
    for words in EXAMPLES[name]:
        COMMANDS[name].make_context(name, shlex.split(words))


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_groups_show_their_commands(command, flag):
    for words in ([], ["trace"], ["study"], ["blackbox"], ["golden"], ["scheduler"]):
        said = command(*words, flag)
        assert said.status == 0
        assert "Commands:" in said.out


def test_version(command):
    assert command("--version").out == f"simdyhpo, version {simdyhpo.__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(command, monkeypatch, shell):
    monkeypatch.setattr("click.shell_completion.BashComplete._check_version", staticmethod(lambda: None))
    monkeypatch.setenv("_SIMDYHPO_COMPLETE", f"{shell}_source")
    said = command()
    assert said.status == 0
    assert f"_SIMDYHPO_COMPLETE={shell}_complete" in said.out


def test_completion_offers_what_fits(monkeypatch):
    monkeypatch.setenv("_SIMDYHPO_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "simdyhpo trace expl")
    monkeypatch.setenv("COMP_CWORD", "2")
    done = subprocess.run(
        [sys.executable, "-m", "simdyhpo", "trace", "expl"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "plain,explain\n"


@pytest.mark.once
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("run --scheduler asha-st", {"asha-stopping"}),
        ("run --blackbox digits", {"digits-mlp"}),
        ("run --scheduler asha --option grace", {"grace_period="}),
        ("run --scheduler mine:Mine --option grace", set()),
        ("versus asha pas", {"pasha"}),
        ("versus asha sh --blackbox digits-mlp,lcbench-kc", {"digits-mlp,lcbench-kc1"}),
        ("scheduler show median", {"median-stopping"}),
        ("scheduler show dyhpo --option probability", {"probability_sh="}),
        ("study run qui", {"quick"}),
        ("study run min", {"mine.toml"}),
        ("sweep x --rival rand", {"random"}),
        ("blackbox check digits", {"digits-mlp"}),
    ],
)
def test_completion_knows_names(words, offered, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text("")
    *before, begun = words.split()
    found = ShellComplete(root, {}, "simdyhpo", "_SIMDYHPO_COMPLETE").get_completions(before, begun)
    assert {one.value for one in found} == offered
