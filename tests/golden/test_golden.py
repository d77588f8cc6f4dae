"""Every decision of the schedulers without a model is the one that was recorded (see README.md)."""

from __future__ import annotations

import json
from itertools import zip_longest

import msgspec
import pytest

from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.runs import spec
from tests.golden import runs
from tests.golden.runs import (
    RUNS,
    behaviours,
    checksum,
    recorded_behaviours,
    recorded_checksums,
    recorded_logs,
)


def first_difference(recorded: str, made: str) -> str:
    """The first decision that differs, with the column names above it."""
    names, *before = recorded.splitlines()
    new_names, *now = made.splitlines()
    if names != new_names:
        return f"the columns differ\nrecorded: {names}\nnow:      {new_names}"
    for index, (old, new) in enumerate(zip_longest(before, now, fillvalue="(no more decisions)")):
        if old != new:
            return f"decision {index} differs\ncolumns:  {names}\nrecorded: {old}\nnow:      {new}"
    return "no decision differs, but the bytes do"


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name.replace(" ", "-"))
def test_decisions_are_those_recorded(run):
    made = run.decisions_csv()
    if checksum(made) != recorded_checksums()[run.name]:
        pytest.fail(f"{run.name}: {first_difference(recorded_logs()[run.name], made)}", pytrace=False)


def test_logs_are_of_this_behaviour():
    assert recorded_behaviours() == behaviours(), "raised, but the logs were not recorded anew"


def test_a_changed_log_needs_a_new_version(monkeypatch, tmp_path):
    logs = dict(recorded_logs())
    monkeypatch.setattr(runs, "CHECKSUMS", tmp_path / "checksums.json")
    monkeypatch.setattr(runs, "LOGS", tmp_path / "logs.jsonl.gz")
    runs.CHECKSUMS.write_text(json.dumps({"behaviours": behaviours(), "sums": recorded_checksums()}))
    runs.write(logs | {"a new run": ""})
    logs[RUNS[0].name] += "1"
    with pytest.raises(ValueError, match="raise simdyhpo"):
        runs.write(logs)
    monkeypatch.setattr(spec, "BEHAVIOUR", spec.BEHAVIOUR + 1)
    runs.write(logs)
    assert set(runs.recorded_behaviours().values()) == {spec.BEHAVIOUR}


def test_a_changed_scheduler_needs_its_own_version(monkeypatch, tmp_path):
    logs = dict(recorded_logs())
    monkeypatch.setattr(runs, "CHECKSUMS", tmp_path / "checksums.json")
    monkeypatch.setattr(runs, "LOGS", tmp_path / "logs.jsonl.gz")
    runs.CHECKSUMS.write_text(json.dumps({"behaviours": behaviours(), "sums": recorded_checksums()}))
    of_greedy = next(run.name for run in RUNS if run.scheduler == "greedy")
    logs[of_greedy] += "1"
    for raised in ("pasha", "greedy"):
        entry = msgspec.structs.replace(SCHEDULERS[raised], behaviour=spec.BEHAVIOUR + 1)
        monkeypatch.setitem(SCHEDULERS, raised, entry)
        if raised == "greedy":
            runs.write(logs)
        else:
            with pytest.raises(ValueError, match="raise simdyhpo"):
                runs.write(logs)
    assert runs.recorded_behaviours()["greedy"] == spec.BEHAVIOUR + 1
    assert runs.recorded_behaviours()["asha"] == spec.BEHAVIOUR


def test_logs_and_checksums_agree():
    assert {name: checksum(text) for name, text in recorded_logs().items()} == recorded_checksums()
    assert list(recorded_checksums()) == [run.name for run in RUNS]


def test_the_first_difference_is_shown():
    before = "index,trial\n0,0\n1,1\n2,0\n"
    assert "decision 1 differs" in first_difference(before, "index,trial\n0,0\n1,2\n2,7\n")
    assert "recorded: 1,1\nnow:      1,2" in first_difference(before, "index,trial\n0,0\n1,2\n2,7\n")
    assert "decision 2 differs" in first_difference(before, "index,trial\n0,0\n1,1\n")
    assert "(no more decisions)" in first_difference(before, before + "3,1\n")
    assert "columns differ" in first_difference(before, "index,worker\n0,0\n")
