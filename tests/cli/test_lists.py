"""What there is: tables, schedulers, help."""

import json

import msgspec
import pytest

import simdyhpo
from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.catalog.factory import scheduler_class
from simdyhpo.cli.main import root
from simdyhpo.searchers import SEARCHERS, searcher_class
from simdyhpo.tables.blackboxes import shipped_files

HEADER = ["name", "kind", "curves", "size", "metric", "mode", "licence", "source"]


def test_blackboxes(command):
    lines = command("blackbox", "list").out.splitlines()
    assert lines[0].split() == HEADER
    assert [line.split()[0] for line in lines[1:]] == list(shipped_files())
    assert "2000 x 51" in next(line for line in lines if line.startswith("lcbench-covertype"))


def test_blackboxes_as_json(command):
    shown = json.loads(command("blackbox", "list", "--json").out)
    assert [table["name"] for table in shown] == list(shipped_files())
    assert all(table["checksum"] and table["licence"] for table in shown)


def test_schedulers_with_every_option(command):
    said = command("scheduler", "list")
    assert said.status == 0
    for name in SCHEDULERS:
        assert f"{name}: " in said.out
        options = scheduler_class(name).Options.__struct_fields__
        assert all(f" {option} " in said.out for option in options if option != "searcher_options")
    for name in SEARCHERS:
        assert f"searcher={name}: " in said.out
        assert all(f" {option} " in said.out for option in searcher_class(name).Options.__struct_fields__)
    assert "number at least 0 and at most 1" in said.out
    assert "searcher_options" not in said.out


def test_defaults_can_be_given_as_they_are_shown(command):
    """What the list shows as a default is accepted as a value, and means the same."""
    options = scheduler_class("asha").Options
    shown = [line.split() for line in command("scheduler", "list").out.split("\n\n")[0].splitlines()[2:]]
    given = msgspec.convert(
        {name: None if value == "none" else value for name, *_, value in shown}, options, strict=False
    )
    assert given == options()


@pytest.mark.parametrize("words", [[], ["--help"], ["trace"], ["run", "-h"], ["blackbox", "list", "--help"]])
def test_help(command, words):
    said = command(*words)
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("Usage: simdyhpo")


def test_every_command_says_what_it_does():
    groups = [root, *(group for group in root.commands.values() if hasattr(group, "commands"))]
    for command in [command for group in groups for command in group.commands.values()]:
        assert command.get_short_help_str()


def test_version(command):
    assert command("--version").out == f"simdyhpo, version {simdyhpo.__version__}\n"
