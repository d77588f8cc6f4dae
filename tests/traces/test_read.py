"""What was written comes back equal, or not at all."""

import itertools
import shutil

import msgspec
import pandas as pd
import pytest

from simdyhpo.decisions import Reason
from simdyhpo.errors import OptionError, OutputError
from simdyhpo.runs.front_door import simulate
from simdyhpo.traces.manifest import RUN_FILES
from simdyhpo.traces.read import read_run
from simdyhpo.traces.write import write_run

SCHEDULERS = ("random", "asha", "asha-stopping", "dyhpo")


@pytest.fixture
def copy(stored, tmp_path):
    return shutil.copytree(stored["asha"].folder, tmp_path / "copy")


@pytest.mark.parametrize("name", SCHEDULERS)
def test_frames_equal_those_of_the_run(results, stored, name):
    pd.testing.assert_frame_equal(stored[name].decisions, results[name].decisions)
    pd.testing.assert_frame_equal(stored[name].reports, results[name].reports)


@pytest.mark.parametrize("name", SCHEDULERS)
def test_records_equal_those_of_the_run(results, stored, name):
    for ours, theirs in zip(stored[name].records(), results[name].log, strict=True):
        # NaN equals nothing, so compare what is written.
        assert msgspec.json.encode(ours) == msgspec.json.encode(theirs)
        assert ours.decision is theirs.decision


@pytest.mark.parametrize("name", SCHEDULERS)
def test_manifest_equals_the_run(results, stored, name):
    manifest, result = stored[name].manifest, results[name]
    assert manifest.spec == result.spec
    assert manifest.ended_by == result.ended_by
    assert manifest.end_ns == result.end_ns
    assert (manifest.best_value, manifest.regret) == (result.best_value, result.regret)
    assert stored[name].wall_seconds == result.wall_seconds


def test_reasons_survive_exactly(table, tmp_path):
    result = simulate(table, "random", max_epochs=30)
    odd = 'new, or "paused"'
    result.log.reasons[0] = Reason(
        score=0.1 + 0.2, runner_up=1e-300, runner_up_kind=odd, mean=float("-inf"), paused_scored=7
    )
    result.log.reasons[2] = Reason(score=3, runner_up_kind="new", deviation=5e-324)
    write_run(result, tmp_path / "run")
    stored = read_run(tmp_path / "run")
    pd.testing.assert_frame_equal(stored.decisions, result.decisions)
    first = stored.record(0)
    assert (first.score, first.runner_up, first.runner_up_kind) == (0.1 + 0.2, 1e-300, odd)
    assert (first.mean, first.paused_scored) == (float("-inf"), 7)
    assert (stored.record(2).score, stored.record(2).deviation) == (3.0, 5e-324)


@pytest.mark.parametrize("index", [-1, 10**6])
def test_a_decision_that_does_not_exist_is_named_with_the_range(stored, index):
    with pytest.raises(OptionError, match="this run's decisions are 0 to"):
        stored["asha"].record(index)


@pytest.mark.parametrize("name", RUN_FILES)
def test_a_missing_file_is_named(copy, name):
    (copy / name).unlink()
    with pytest.raises(OutputError, match=f"{name}: is missing.*run it again"):
        read_all(copy)


@pytest.mark.parametrize(("name", "keep"), list(itertools.product(RUN_FILES, [0, 0.5, -1])))
def test_a_truncated_file_is_named(copy, name, keep):
    content = (copy / name).read_bytes()
    # The last byte of the JSON files is a newline that means nothing; take the brace, too.
    (copy / name).write_bytes(content[: -2 if keep == -1 else int(len(content) * keep)])
    with pytest.raises(OutputError, match=f"{name}: truncated.*run it again"):
        read_all(copy)


def test_an_altered_log_is_noticed(copy):
    text = (copy / "reports.csv").read_text()
    (copy / "reports.csv").write_text(text.replace("0.1", "0.2", 1))
    with pytest.raises(OutputError, match=r"reports\.csv.*altered"):
        read_all(copy)


def test_another_format_is_named(copy):
    text = (copy / "manifest.json").read_text()
    (copy / "manifest.json").write_text(text.replace('"format": 1', '"format": 99'))
    with pytest.raises(OutputError, match="format 99, this one reads up to 1"):
        read_run(copy)


def test_no_run_and_no_folder(tmp_path):
    with pytest.raises(OutputError, match="holds no run"):
        read_run(tmp_path)
    with pytest.raises(OutputError, match="no such folder"):
        read_run(tmp_path / "none")


def read_all(folder):
    run = read_run(folder)
    return run.decisions, run.reports, run.wall_seconds


def test_a_golden_log_is_sent_to_its_own_command(tmp_path):
    (tmp_path / "asha.jsonl").write_text("{}")
    with pytest.raises(OutputError, match="no run's folder; `simdyhpo golden check` makes its run again"):
        read_run(tmp_path / "asha.jsonl")
