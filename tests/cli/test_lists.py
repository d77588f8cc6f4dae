"""What there is: tables, schedulers, help."""

import json

import msgspec
import pytest

import simdyhpo
from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.catalog.factory import scheduler_class
from simdyhpo.cli.examples import commands_of
from simdyhpo.cli.main import root
from simdyhpo.importers.suites import SUITES
from simdyhpo.reproduction.registry import FIGURES
from simdyhpo.searchers import SEARCHERS, searcher_class
from simdyhpo.studies.files import find_study, load_study, shipped_studies
from simdyhpo.tables.blackboxes import shipped_files
from simdyhpo.versus import files
from simdyhpo.versus.compare import compare

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


WRITING = {
    "run", "versus", "sweep", "demo", "report", "board run", "board add", "study init", "study run",
    "study clean", "study export", "study pack", "blackbox fetch", "blackbox make", "blackbox import",
    "trace export", "golden record", "golden update",
}  # fmt: skip
"""Commands that write or run, and say where to."""
EYES = {"trace browse"}
"""In a terminal, key by key."""


def test_whatever_reads_something_says_it_as_json_too():
    """A new command that only reads is noticed here."""
    said = {
        name for name, one in commands_of(root) if any("--json" in parameter.opts for parameter in one.params)
    }
    assert {name for name, _ in commands_of(root)} - said - WRITING - EYES == set()
    assert {name for name, _ in commands_of(root)} >= WRITING


def test_lists_for_programs(command):
    def shown(*words):
        return json.loads(command(*words, "--json").out)

    studies = {one["name"]: one for one in shown("study", "list")}
    assert studies.keys() == shipped_studies().keys()
    assert (studies["quick"]["cells"], studies["quick"]["question"][-1]) == (24, "?")
    assert [one["name"] for one in shown("scheduler", "list")] == sorted(SCHEDULERS)
    asha = shown("scheduler", "show", "asha", "--option", "reduction_factor=4")
    (factor,) = [one for one in asha["options"] if one["option"] == "reduction_factor"]
    assert (factor["default"], factor["here"]) == ("3.0", "4.0")
    assert factor["what"].startswith("eta;")
    assert {one["name"] for one in shown("blackbox", "suites")} == set(SUITES)
    drawn = shown("reproduce", "list")
    assert [one["figure"] for one in drawn["figures"]] == list(FIGURES)
    assert {one["study"] for one in drawn["figures"]} == {one["study"] for one in drawn["studies"]}
    assert (
        shown("study", "show", "quick")["budget"]["max_epochs"]
        == load_study(find_study("quick")).budget.max_epochs
    )
    asked = shown("study", "check", "quick", "--no-estimate")
    assert (asked["cells"], asked["seconds_left"]) == (studies["quick"]["cells"], None)


def test_how_a_study_stands_for_programs(command, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "FIGURES", {})
    compare(["asha", "random"], "digits-mlp", seeds=2, max_epochs=9, jobs=1, out=tmp_path).save(tmp_path)
    words = ("study", "status", tmp_path / "study.toml", "--out", tmp_path / "results", "--json")
    found = json.loads(command(*words).out)
    assert (found["study"], found["cells"], found["done"], found["failed"]) == ("comparison", 4, 4, 0)
    assert found["variants"]["asha"] == {"cells": 2, "done": 2, "failed": 0}
    (cell, *_) = (tmp_path / "results" / "cells").glob("*/reports.parquet")
    cell.write_bytes(b"")
    said = command(*words, "--verify")
    assert said.status == 1
    assert json.loads(said.out)["damaged"][0]["path"] == str(cell)
