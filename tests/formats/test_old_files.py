"""Files as earlier versions wrote them are still read, and say what they said."""

from pathlib import Path

import numpy as np
import pytest

from simdyhpo import CurveTable, ScheduleDecision
from simdyhpo.golden.text import read_golden
from simdyhpo.studies.files import load_study
from simdyhpo.studies.parts import PARTS
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_cell import open_cell
from simdyhpo.tables.blackboxes import load_blackbox, read_manifest
from simdyhpo.traces.explain import explain
from simdyhpo.traces.read import read_run

KEPT = Path(__file__).parent / "format-1"
NAN = float("nan")

DECISIONS = [
    # time_ns, worker, trial, configuration, kind, from, to
    (0, 0, 0, 2, "START_DYHPO", 0, 1),
    (0, 1, 1, 1, "START_DYHPO", 0, 1),
    (500_000_000, 0, 2, 0, "START_DYHPO", 0, 1),
    (1_000_000_000, 1, 0, 2, "PROMOTE_DYHPO", 1, 2),
    (1_500_000_000, 1, 1, 1, "PROMOTE_SH", 1, 2),
    (2_000_000_000, 0, 2, 0, "PROMOTE_SH", 1, 2),
    (2_500_000_000, 1, 0, 2, "PROMOTE_DYHPO", 2, 3),
]
FIELDS = ("time_ns", "worker", "trial", "configuration", "decision", "resume_from", "milestone")


def plain(records):
    return [
        tuple(one.decision.name if field == "decision" else getattr(one, field) for field in FIELDS)
        for one in records
    ]


def test_table():
    table = CurveTable.load(KEPT / "table.npz")
    assert (table.info.name, table.mode, table.info.metric, table.time_repairs) == ("table", "min", "loss", 0)
    np.testing.assert_array_equal(table.values, [[0.5, 0.25, 0.125], [0.75, NAN, NAN], [1, 0.875, 0.75]])
    np.testing.assert_array_equal(table.elapsed_ns[0], [1_500_000_000, 3_000_000_000, 4_500_000_000])
    assert table.lengths.tolist() == [3, 2, 3]
    assert table.configurations.row(1) == {"lr": 0.01, "kernel": "linear"}
    assert load_blackbox(KEPT / "table.npz").checksum == table.checksum  # of all that is in it


def test_manifest_of_a_table():
    manifest = read_manifest(KEPT / "table.json")
    assert (manifest.source, manifest.licence) == ("Written by hand", "Apache-2.0")
    assert manifest.checksum == CurveTable.load(KEPT / "table.npz").checksum


def test_run():
    run = read_run(KEPT / "run")
    assert plain(run.records()) == DECISIONS
    assert run.record(6).coin == 0.09039380862932744
    assert (run.manifest.ended_by, run.manifest.end_ns, run.manifest.regret) == (
        "budget",
        3_500_000_000,
        1 / 7,
    )
    assert (run.manifest.spec.scheduler, run.manifest.spec.budget.max_epochs) == ("dyhpo", 6)
    assert run.manifest.schedule == {"promoted_by_sh": 2, "promoted_by_dyhpo": 2, "started_by_dyhpo": 3}
    np.testing.assert_array_equal(run.reports["value"], [1, 0.75, 0.875, 0.5, NAN, 0.25])
    assert run.reports["resource"].tolist() == [1, 1, 2, 1, 2, 2]
    assert run.decisions["decision"].tolist() == [ScheduleDecision[kind] for *_, kind, _, _ in DECISIONS]
    assert run.wall_seconds > 0
    assert "promoted this trial" in explain(run, 4)


def test_golden_log():
    log = read_golden(KEPT / "golden.jsonl")
    assert plain(log.records) == DECISIONS
    assert (log.behaviour, log.ended_by, log.end_ns) == (1, "budget", 3_500_000_000)
    assert log.spec.options["searcher"] == "random"


def test_study():
    (cell,) = load_study(KEPT / "study.toml").cells()
    assert (cell.blackbox, cell.seed, cell.workers) == ("table", 0, 1)


def test_results_of_a_study():
    store = Store(KEPT / "results")
    (key,) = store.finished()
    cell = open_cell(store.path(key))
    assert cell.manifest.spec.options["reduction_factor"] == 2
    assert [one.decision.name for one in cell.records()][:2] == ["START_RANDOM", "START_RANDOM"]
    frame = store.cells([key])
    assert frame["scheduler"].tolist() == ["asha"]
    assert frame["regret_1"].item() == pytest.approx(cell.manifest.regret)
    assert len(cell.reports) == cell.manifest.counts.epochs


def test_a_pack():
    """The same cell, packed when packs began."""
    store, old = Store(KEPT.parent / "packs-3"), Store(KEPT / "results")
    (key,) = store.finished()
    assert store.damage([key]) == []
    for part in PARTS:
        assert repr(store.table(key, part).to_pylist()) == repr(old.table(key, part).to_pylist())
    mine, theirs = open_cell(store.address(key)), open_cell(old.path(key))
    assert mine.manifest == theirs.manifest
    assert [repr(one) for one in mine.records()] == [repr(one) for one in theirs.records()]
