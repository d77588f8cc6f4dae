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
    options = {"searcher": "random", "safeguard": False, "probability_sh": 0.25}
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


def test_some_decisions_are_chosen(command, result, folder):
    def shown(*words):
        lines = command("trace", "show", folder, "--format", "jsonl", *words).out.splitlines()
        return [json.loads(line)["index"] for line in lines]

    log = list(result.log)
    assert shown("--trial", 2) == [one.index for one in log if one.trial == 2]
    promoted = [one.index for one in log if one.decision.name == "PROMOTE_DYHPO" and one.worker == 1]
    where = ("--where", "decision=PROMOTE_DYHPO", "--where", "worker=1")
    assert shown(*where) == promoted
    assert shown(*where, "--tail", 2) == promoted[-2:]
    assert shown("--head", 5, "--tail", 2) == [3, 4]
    assert shown("--head") == list(range(10))
    assert shown("--tail", *where) == promoted[-10:]
    stored = (folder / "decisions.csv").read_text().splitlines()
    csv = command("trace", "show", folder, "--format", "csv", *where).out.splitlines()
    assert csv == [stored[0], *(stored[index + 1] for index in promoted)]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--where", "decision=promote_dyhpo"), "'PROMOTE_DYHPO'"),
        (("--where", "wroker=1"), "'worker'"),
        (("--where", "worker=one"), "worker is a number"),
        (("--where", "worker"), "name=value"),
        (("--trial", "10000"), "trials are 0 to"),
        (("--trial", "-1"), "trials are 0 to"),
    ],
)
def test_what_cant_be_chosen(command, folder, words, hint):
    said = command("trace", "show", folder, *words)
    assert (said.status, said.err.count("\n")) == (2, 1)
    assert hint in said.err


def test_why_a_trial_went_on(command, result, folder):
    log = list(result.log)
    last = [one for one in log if one.decision.name.startswith("PROMOTE")][-1]
    said = command("trace", "explain", folder, "--trial", last.trial).out
    numbers = ", ".join(str(one.index) for one in log if one.trial == last.trial)
    assert said.startswith(f"Trial {last.trial}: decisions {numbers}. The last that let it go on:\n")
    assert command("trace", "explain", folder, "--decision", last.index).out in said
    alone = next(one for one in log if sum(other.trial == one.trial for other in log) == 1)
    assert "It never went on" in command("trace", "explain", folder, "--trial", alone.trial).out
    assert "trials are 0 to" in command("trace", "explain", folder, "--trial", 10_000).err
    for words in ((), ("--trial", 1, "--decision", 1)):
        assert "say --decision K or --trial T" in command("trace", "explain", folder, *words).err


def test_why_a_trial_went_on_for_programs(command, result, folder):
    log = list(result.log)
    last = [one for one in log if one.decision.name.startswith("PROMOTE")][-1]
    said = json.loads(command("trace", "explain", folder, "--trial", last.trial, "--json").out)
    assert (said["index"], said["decision"], said["trial"]) == (last.index, last.decision.name, last.trial)
    assert said["of_trial"] == [one.index for one in log if one.trial == last.trial]
    assert said["went_on"] is True
    words = command("trace", "explain", folder, "--decision", last.index)
    assert said["words"] == words.out.splitlines()
    alone = next(one for one in log if sum(other.trial == one.trial for other in log) == 1)
    assert '"went_on":false' in command("trace", "explain", folder, "--trial", alone.trial, "--json").out
    of_decision = json.loads(command("trace", "explain", folder, "--decision", last.index, "--json").out)
    assert of_decision == {name: said[name] for name in said if name not in ("of_trial", "went_on")}


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
    options = {"searcher": "random", "safeguard": False, "probability_sh": 0.0}
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
