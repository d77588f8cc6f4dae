"""`simdyhpo trace replay`: verified, shown at a decision, sent another way."""

import json

import msgspec
import pytest

from simdyhpo.cli.measures import regret_words
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.runs.front_door import simulate
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_cell import open_cell
from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.traces.manifest import MANIFEST, RunManifest
from simdyhpo.traces.read import read_run
from simdyhpo.traces.write import write_run
from tests.cli.test_bad_input import assert_one_line
from tests.making import falling


@pytest.fixture(scope="module")
def result():
    options = {"searcher": "random"}
    return simulate(load_blackbox("digits-mlp"), "dyhpo", workers=2, max_epochs=120, options=options)


@pytest.fixture(scope="module")
def folder(result, tmp_path_factory):
    folder = tmp_path_factory.mktemp("replay") / "run"
    write_run(result, folder)
    return folder


@pytest.fixture(scope="module")
def unused(result):
    return min(set(range(320)) - {record.configuration for record in result.log})


def test_verify(command, folder, result):
    said = command("trace", "replay", folder, "--verify")
    assert (said.status, said.err) == (0, "")
    assert said.out == f"reproduces, byte for byte: {len(result.log)} decisions, {regret_words(result)}\n"
    assert json.loads(command("trace", "replay", folder, "--verify", "--json").out)["reproduces"] is True


def test_verify_fails_where_the_scheduler_changed(command, folder, monkeypatch):
    from simdyhpo.searchers.random import RandomSearcher

    honest = RandomSearcher.tell
    monkeypatch.setattr(
        RandomSearcher, "tell", lambda self, event: None if self._decision == 30 else honest(self, event)
    )
    said = command("trace", "replay", folder, "--verify")
    assert said.status == 1
    assert said.out.startswith("does not reproduce")
    assert "decision 31, t = " in said.out or "decision 32, t = " in said.out


def test_verify_a_cell_of_a_study(command, result, tmp_path):
    store = Store(tmp_path / "results")
    store.open()
    store.write("a" * 32, result)
    cell = store.path("a" * 32)
    assert command("trace", "replay", cell, "--verify").status == 0
    assert command("trace", "replay", cell, "--until", 5).out.startswith("decision 5 is due")
    words = ("--until", 5, "--instead", "start:0", "--out", tmp_path / "other")
    assert command("trace", "replay", cell, *words).status == 0
    sums = json.loads((tmp_path / "other" / MANIFEST).read_text())["fork"]["of"]
    assert sums == open_cell(cell).manifest.checksums["decisions"]


def test_a_table_of_ones_own(command, tmp_path):
    table = falling(20, 9)
    write_run(simulate(table, "asha", max_epochs=50), tmp_path / "run")
    assert_one_line(command("trace", "replay", tmp_path / "run", "--verify"), "'small'", "--blackbox FILE")
    words = ("trace", "replay", tmp_path / "run", "--verify", "--blackbox")
    assert command(*words, table.save(tmp_path / "t.npz")).status == 0
    assert_one_line(command(*words, falling(19, 9).save(tmp_path / "u.npz")), "not the one of the run")


def test_until_shows_the_state(command, folder, result):
    said = command("trace", "replay", folder, "--until", 60)
    assert (said.status, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0].startswith("decision 60 is due, t = ")
    assert lines[-1] == "the rebuilt scheduler agrees"
    assert result.log[60].decision.name in lines[-2]
    told = json.loads(command("trace", "replay", folder, "--until", 60, "--json").out)
    assert told["agrees"] is True
    assert told["next"]["index"] == 60
    assert len(told["running"]) == 1
    shown = [line for line in lines if line.startswith("  paused ")]
    by_rung = {}
    for one in told["paused"]:
        by_rung.setdefault(one["resource"], []).append(one["value"])
    rungs = sorted(by_rung, reverse=True)[:6]
    best = [(rung, max(by_rung[rung])) for rung in rungs]  # an accuracy
    assert [line.partition(" at ")[2] for line in shown[:-1]] == [
        f"{rung}: {value:.6g}" for rung, value in best
    ]
    assert shown[-1].endswith(
        f"and {len(told['paused']) - len(best):,} more, none better on its rung; --all lists them"
    )
    every = command("trace", "replay", folder, "--until", 60, "--all").out.splitlines()
    assert sum(line.startswith("  paused ") for line in every) == len(told["paused"]) > len(shown)


def test_state_is_that_of_the_frames(command, folder, result):
    """Counted again, from the run's own frames."""
    for index in (1, 17, 60):
        told = json.loads(command("trace", "replay", folder, "--until", index, "--json").out)
        time_ns = result.log[index].time_ns
        reports = result.reports[result.reports["time_ns"] <= time_ns]
        assert told["epochs"] == len(reports)
        if len(reports):
            assert told["incumbent"]["value"] == reports["value"].max()
        assert sum(told["rungs"].values()) == len(reports)  # every epoch is a milestone
        assert len(told["running"]) + len(told["paused"]) == result.log[index].index - sum(
            record.decision is not ScheduleDecision.START_DYHPO for record in list(result.log)[:index]
        )


def test_instead(command, folder, result, unused, tmp_path):
    out = tmp_path / "other"
    said = command("trace", "replay", folder, "--until", 60, "--instead", f"start:{unused}", "--out", out)
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("decision 60, t = ")
    assert f"final normalised regret {result.regret:.4f} -> " in said.out
    assert {path.name for path in out.iterdir()} >= {MANIFEST, "futures.png", "futures.svg"}
    other = read_run(out)
    assert other.record(60).configuration == unused
    assert (other.manifest.fork.decision, other.manifest.fork.instead) == (60, f"start:{unused}")
    assert f"({other.manifest.regret - result.regret:+.4f})" in said.out
    differs = command("trace", "diff", folder, out)
    assert differs.status == 1
    assert differs.out.startswith("decision 60, ")
    assert command("trace", "replay", out, "--until", 60).status == 0
    assert_one_line(command("trace", "replay", out, "--verify"), "what-if", "verify the run that it left")


def test_instead_as_json_and_without_files(command, folder, unused):
    words = ("trace", "replay", folder, "--until", 60, "--instead", f"start:{unused}", "--json")
    told = json.loads(command(*words).out, parse_constant=pytest.fail)
    assert told["regret_change"] == told["marks"][-1]["now"] - told["marks"][-1]["before"]
    assert told["out"] is None


def test_what_the_run_did_anyway(command, folder, result):
    at = next(record for record in result.log if record.index > 50 and record.resume_from)
    told = f"promote:{at.trial}@{at.milestone}"
    said = command("trace", "replay", folder, "--until", at.index, "--instead", told)
    assert said.out.startswith(f"{told} is what decision {at.index} was, and nothing changes")
    assert "(+0.0000)" in said.out


def test_a_manifest_of_a_run_says_nothing_of_forks(folder):
    assert "fork" not in json.loads((folder / MANIFEST).read_text())
    assert msgspec.json.decode((folder / MANIFEST).read_bytes(), type=RunManifest).fork is msgspec.UNSET


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ([], ["--verify", "--until K"]),
        (["--verify", "--until", 3], ["--verify", "--until K"]),
        (["--verify", "--instead", "start:3"], ["--instead needs --until"]),
        (["--until", 3, "--out", "new"], ["--out needs --instead"]),
        (["--until", 10**6], ["decisions are 0 to"]),
        (["--until", -1], ["decisions are 0 to"]),
        (["--until", 60, "--instead", "stop"], ["decision 60 is", "not a verdict"]),
        (["--until", 60, "--instead", "halt"], ["promote:TRIAL or start:CONFIGURATION"]),
        (["--until", 60, "--instead", "promote:999"], ["no such trial had started then"]),
        (["--until", 60, "--instead", "start:999"], ["0 to 319"]),
        (["--until", 60, "--blackbox", "nowhere.npz"], ["nowhere.npz", "no such file"]),
    ],
)
def test_bad_input(command, folder, tmp_path, monkeypatch, words, parts):
    monkeypatch.chdir(tmp_path)
    assert_one_line(command("trace", "replay", folder, *words), *parts)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_taken(command, folder, unused):
    said = command("trace", "replay", folder, "--until", 60, "--instead", f"start:{unused}", "--out", folder)
    assert_one_line(said, "already holds a run")


def test_not_a_run(command, tmp_path):
    assert_one_line(command("trace", "replay", tmp_path, "--verify"), "holds no run")
