"""`simdyhpo trace`: every decision, readable by people and by programs."""

import json
import subprocess
import sys

import pytest

from simdyhpo.records import DecisionRecord
from simdyhpo.runs.front_door import simulate
from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.traces.write import write_run


@pytest.fixture(scope="module")
def result():
    options = {"searcher": "random"}
    return simulate(load_blackbox("digits-mlp"), "dyhpo", workers=2, max_epochs=300, options=options)


@pytest.fixture(scope="module")
def folder(result, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trace") / "run"
    write_run(result, folder)
    return folder


def test_jsonl_is_one_object_a_decision(command, result, folder):
    said = command("trace", "show", folder, "--format", "jsonl")
    assert said.status == 0
    shown = [json.loads(line, parse_constant=pytest.fail) for line in said.out.splitlines()]
    assert len(shown) == len(result.log)
    for row, record in zip(shown, result.log, strict=True):
        assert tuple(row) == DecisionRecord.__struct_fields__
        assert row["decision"] == record.decision.name
        assert (row["index"], row["time_ns"], row["coin"]) == (record.index, record.time_ns, record.coin)
        assert row["score"] is None
        assert row["runner_up_kind"] is None


def test_csv_is_what_is_stored(command, folder):
    stored = (folder / "decisions.csv").read_text()
    assert command("trace", "show", folder, "--format", "csv").out == stored
    head = command("trace", "show", folder, "--format", "csv", "--head", 2).out
    assert head == "".join(stored.splitlines(keepends=True)[:3])


def test_table_lines_up(command, result, folder):
    lines = command("trace", "show", folder).out.splitlines()
    assert len(lines) == 1 + len(result.log)
    place = lines[0].index("decision")
    for line, record in zip(lines[1:], result.log, strict=True):
        assert line[place:].startswith(record.decision.name)


@pytest.mark.parametrize("layout", ["table", "jsonl"])
@pytest.mark.parametrize("head", [0, 3])
def test_head(command, folder, layout, head):
    lines = command("trace", "show", folder, "--format", layout, "--head", head).out.splitlines()
    assert len(lines) == head + (layout == "table")


def test_explain(command, result, folder):
    said = command("trace", "explain", folder, "--decision", 7)
    assert said.status == 0
    assert said.out.startswith(f"Decision 7: {result.log[7].decision.name}")


def test_explain_names_the_range(command, folder, result):
    said = command("trace", "explain", folder, "--decision", len(result.log))
    assert (said.status, said.out) == (2, "")
    assert f"0 to {len(result.log) - 1}" in said.err


def test_a_damaged_log_is_one_line(command, folder, tmp_path):
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes()[:-40])
    said = command("trace", "show", tmp_path)
    assert (said.status, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert "manifest.json" in said.err


def test_a_reader_that_leaves_is_no_error(folder):
    words = [sys.executable, "-m", "simdyhpo", "trace", "show", str(folder), "--format", "jsonl"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trace") / "other"
    options = {"searcher": "random", "probability_sh": 0.0}
    write_run(
        simulate(load_blackbox("digits-mlp"), "dyhpo", workers=2, max_epochs=300, options=options), folder
    )
    return folder


class TestDiff:
    def test_equal_runs(self, command, folder):
        said = command("trace", "diff", folder, folder)
        assert (said.status, said.err) == (0, "")
        assert said.out.startswith("equal: ")

    def test_different_runs(self, command, folder, other):
        said = command("trace", "diff", folder, other)
        assert (said.status, said.err) == (1, "")
        assert said.out.splitlines()[1] == "  option probability_sh: 0.25, now 0.0"
        assert said.out.splitlines()[2].startswith("decision 4, t = 0.06586 s, worker 1: PROMOTE_SH trial 2 ")

    def test_json(self, command, folder, other):
        told = json.loads(command("trace", "diff", folder, other, "--json").out, parse_constant=pytest.fail)
        assert told["equal"] is False
        assert told["decision"]["before"]["decision"] == "PROMOTE_SH"

    @pytest.mark.parametrize("tolerance", [-1, 1, "nan"])
    def test_a_tolerance_is_a_share(self, command, folder, tolerance):
        said = command("trace", "diff", folder, folder, "--tolerance", tolerance)
        assert said.status == 2
        assert said.err.startswith("error: option 'tolerance' can't be")

    def test_no_run(self, command, folder, tmp_path):
        said = command("trace", "diff", folder, tmp_path)
        assert said.status == 2
        assert "holds no run" in said.err
