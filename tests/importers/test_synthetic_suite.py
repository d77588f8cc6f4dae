"""The laboratory from the shell: asked beside measured, names that say the options, mistakes in a line."""

import json
import re

import numpy as np
import pytest

from simdyhpo.cli.main import main
from simdyhpo.tables.blackboxes import find_table, load_blackbox, read_manifest


@pytest.fixture
def tables(tmp_path, monkeypatch):
    monkeypatch.setenv("SIMDYHPO_TABLES", str(tmp_path / "tables"))
    return tmp_path / "tables"


def said(capsys, *words):
    capsys.readouterr()
    status = main(list(words))
    return status, capsys.readouterr()


def row(text, name):
    return re.search(rf"^ *{name} +(\S+) +(\S+)$", text, flags=re.MULTILINE).groups()


def test_asked_and_measured_are_printed_kept_and_checked(tables, capsys):
    wish = ("--option", "rank_correlation=0.4", "--option", "configurations=80")
    status, made = said(capsys, "blackbox", "make", "synthetic", *wish)
    assert (status, made.err) == (0, "")
    asked, measured = map(float, row(made.out, "rank_correlation"))
    assert (asked, measured) == (0.4, pytest.approx(0.4, abs=0.05))
    name = "synthetic-configurations80-rank_correlation0.4"
    manifest = read_manifest(find_table(name).with_suffix(".json"))
    assert manifest.asked["rank_correlation"] == 0.4
    assert manifest.achieved["rank_correlation"] == pytest.approx(measured, abs=1e-4)
    status, checked = said(capsys, "blackbox", "check", name)
    assert status == 0
    assert row(checked.out, "rank_correlation") == row(made.out, "rank_correlation")
    assert "not measured" in checked.out
    assert load_blackbox(name).info.kind == "synthetic"
    with np.load(find_table(name)) as archive:
        assert (
            json.loads(archive["header"].tobytes())["format"] == 2
        )  # an older version has no word for where the curves come from


def test_functions_are_tasks(tables, capsys):
    words = ("synthetic-functions", "--task", "branin", "--option", "resources=5")
    status, _ = said(capsys, "blackbox", "make", *words)
    assert status == 0
    assert load_blackbox("synthetic-branin-resources5").max_resource == 5


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("synthetic", "--option", "rank_corelation=0.5"), "did you mean 'rank_correlation'"),
        (("synthetic", "--option", "noise=2"), "noise"),
        (("synthetic", "--option", "rank_correlation=1", "--option", "noise=0.3"), "it can be"),
        (("synthetic", "--option", "rank_correlation=1", "--option", "crossing=0.3"), "give one"),
        (("synthetic", "--task", "curve"), "did you mean 'curves'"),
        (("synthetic-functions", "--task", "branan"), "did you mean 'branin'"),
        (("synthetic-functions", "--option", "plateau=0.2"), "unknown option 'plateau'"),
        (("laboratory", "--task", "look2"), "unknown laboratory task"),
    ],
)
def test_mistakes_are_one_line(tables, capsys, words, text):
    status, ended = said(capsys, "blackbox", "make", *words)
    assert status == 2
    assert text in ended.err
    assert ended.err.count("\n") == 1
    assert not list(tables.glob("*"))


def test_too_many_options_for_a_name(tables, capsys):
    options = [f"--option={name}=0.123456" for name in ("noise", "plateau", "never", "diverging")]
    more = ["--option=cost_correlation=0.123456", "--option=crossing_time=0.123456"]
    status, ended = said(capsys, "blackbox", "make", "synthetic", *options, *more)
    assert (status, ended.err.count("\n")) == (2, 1)
    assert "too long for a table's name" in ended.err


def test_other_parameters_under_the_same_name_are_refused(tables, capsys):
    assert said(capsys, "blackbox", "make", "synthetic")[0] == 0
    manifest = tables / "synthetic.json"
    manifest.write_text(manifest.read_text().replace('"noise": 0.003', '"noise": 0.004'))
    status, ended = said(capsys, "blackbox", "make", "synthetic")
    assert (status, ended.err.count("\n")) == (2, 1)
    assert "made with other options" in ended.err


def test_one_table_of_a_study(tables, capsys):
    status, _ = said(capsys, "blackbox", "make", "laboratory", "--task", "look0.2-1")
    assert status == 0
    assert load_blackbox("synthetic-look0.2-1").max_resource == 16
