"""Golden logs from Python: kept, held against the present, renewed."""

import msgspec
import pytest

import simdyhpo.golden as golden
from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.decisions import Reason
from simdyhpo.errors import OutputError, TableError
from simdyhpo.golden.text import golden_log, read_golden, to_text
from simdyhpo.runs.front_door import simulate
from simdyhpo.runs.spec import BEHAVIOUR
from simdyhpo.schedulers.rungs import PromotionRungs
from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.tables.curves import CurveTable
from tests.making import falling
from tests.outside.needing import needing


@pytest.fixture(scope="module")
def table():
    return load_blackbox("digits-mlp")


@pytest.fixture
def kept(table, tmp_path):
    path = tmp_path / "asha.jsonl"
    golden.record(path, simulate(table, "asha", workers=3, max_epochs=80))
    return path


@pytest.fixture
def changed_rule(monkeypatch):
    """ASHA that never promotes anyone."""
    monkeypatch.setattr(PromotionRungs, "promotion", lambda self: None)


@pytest.mark.parametrize("name", needing(sorted(SCHEDULERS)))
def test_every_scheduler_agrees_with_itself(table, tmp_path, name):
    options = SCHEDULERS[name].quick
    golden.record(tmp_path / "a.jsonl", simulate(table, name, workers=3, max_epochs=80, options=options))
    checked = golden.check(tmp_path / "a.jsonl")
    assert checked.agrees
    assert not checked.changed
    many = len(read_golden(checked.path).records)
    assert list(checked.lines()) == [f"{checked.path}: agrees, {many} decisions"]


def test_with_a_model(table, tmp_path):
    path = str(tmp_path / "gp.jsonl")
    options = {"searcher": "dyhpo-gp"}
    golden.record(tmp_path / "gp.jsonl", simulate(table, "dyhpo", max_epochs=15, options=options))
    assert golden.check(path).agrees
    assert read_golden(tmp_path / "gp.jsonl").versions


def test_what_exists_is_kept(table, kept):
    before = kept.read_text()
    with pytest.raises(OutputError, match="exists; choose another name, or `simdyhpo golden update"):
        golden.record(kept, simulate(table, "random", max_epochs=60))
    assert kept.read_text() == before


def test_no_folder(table, tmp_path):
    with pytest.raises(OutputError, match="can't be written"):
        golden.record(tmp_path / "no" / "a.jsonl", simulate(table, "random", max_epochs=60))


def test_a_changed_rule_is_found(kept, changed_rule):
    recorded = read_golden(kept).records
    first = next(record for record in recorded if record.resume_from)
    checked = golden.check(kept)
    assert not checked.agrees
    assert checked.difference.decision.index == first.index
    told = list(checked.lines())
    assert told[0] == f"{kept}: differs (now: this version)"
    assert f"PROMOTE_RUNG trial {first.trial} " in told[1]
    assert "now START_RANDOM" in told[1]


def test_update_keeps_what_it_is_now(kept, changed_rule):
    before = kept.read_text()
    assert not golden.update(kept).agrees
    assert kept.read_text() != before
    assert golden.check(kept).agrees
    assert not golden.update(kept).changed


def test_another_behaviour_is_mentioned(kept, monkeypatch, changed_rule):
    log = read_golden(kept)
    golden.checks.write(kept, msgspec.structs.replace(log, behaviour=BEHAVIOUR - 1))
    assert f"  behaviour: {BEHAVIOUR - 1}, now {BEHAVIOUR}" in list(golden.check(kept).lines())


class TestTables:
    def test_ones_own(self, tmp_path):
        own = falling(30, 9)
        golden.record(tmp_path / "a.jsonl", simulate(own, "asha", max_epochs=60))
        with pytest.raises(TableError, match="--blackbox FILE"):
            golden.check(tmp_path / "a.jsonl")
        assert golden.check(tmp_path / "a.jsonl", tables=[own.save(tmp_path / "t.npz")]).agrees

    @pytest.mark.parametrize("size", [(30, 9, 1.0), (20, 9, 0.0), (30, 5, 0.0)])
    def test_another_of_that_name_is_a_difference(self, tmp_path, size):
        """Whatever its shape: what was asked differently is said first."""
        golden.record(tmp_path / "a.jsonl", simulate(falling(30, 9), "asha", max_epochs=60))
        configurations, resources, shift = size
        other = falling(configurations, resources)
        values = other.values[::-1] if shift else other.values
        other = CurveTable.from_arrays(
            values, other.elapsed_ns / 1e9, {"x": list(range(configurations))}, mode="min", name="small"
        )
        checked = golden.check(tmp_path / "a.jsonl", tables=[other.save(tmp_path / "t.npz")])
        assert not checked.agrees
        assert any(line.strip().startswith("table checksum: ") for line in checked.lines())


class TestTolerance:
    @pytest.fixture
    def scored(self, table):
        """A run with scores, and the same with one of them changed."""

        def make(score=0.5, at=5, runner_up=0.25):
            result = simulate(table, "asha", workers=3, max_epochs=80)
            result.log.reasons.update({index: Reason(score=0.5, runner_up=0.25) for index in range(20)})
            result.log.reasons[at] = Reason(score=score, runner_up=runner_up)
            return result

        return make

    def test_rounding_is_forgiven_only_where_it_is_allowed(self, table, scored, tmp_path):
        golden.record(tmp_path / "a.jsonl", scored())
        rounded = scored(0.5 + 1e-9)
        assert not golden.compare_with(tmp_path / "a.jsonl", rounded, table).agrees
        assert golden.compare_with(tmp_path / "a.jsonl", rounded, table, tolerance=golden.TOLERANCE).agrees

    def test_decisions_may_part_at_a_near_tie(self, table, scored, tmp_path):
        log = golden_log(scored(0.5, runner_up=0.5 - 1e-9))
        log.records[5] = msgspec.structs.replace(log.records[5], configuration=300)
        (tmp_path / "a.jsonl").write_text(to_text(log))
        now = scored(0.5, runner_up=0.5 - 1e-9)
        tolerant = golden.compare_with(tmp_path / "a.jsonl", now, table, tolerance=golden.TOLERANCE)
        assert tolerant.agrees
        (line,) = tolerant.lines()
        assert "agrees up to a near-tie at decision 5 " in line
        assert "margin 2e-09" in line
        assert not golden.compare_with(tmp_path / "a.jsonl", now, table).agrees

    def test_but_not_at_a_clear_win(self, table, scored, tmp_path):
        log = golden_log(scored())
        log.records[5] = msgspec.structs.replace(log.records[5], configuration=300)
        (tmp_path / "a.jsonl").write_text(to_text(log))
        checked = golden.compare_with(tmp_path / "a.jsonl", scored(), table, tolerance=golden.TOLERANCE)
        assert not checked.agrees


def test_a_run_on_a_cluster_agrees_with_itself_and_shows_what_changed(table, tmp_path, monkeypatch):
    path = tmp_path / "flaky.jsonl"
    cluster = {"crashes_per_hour": 2000, "repair_seconds": 0.3, "checkpoints": False}
    kept = simulate(table, "asha", workers=3, max_seconds=8, cluster=cluster)
    golden.record(path, kept)
    assert golden.check(path).difference.equal
    with monkeypatch.context() as patched:
        patched.setattr(PromotionRungs, "promotion", lambda self: None)
        difference = golden.check(path).difference
    assert not difference.equal
    assert difference.marks[-1].before == kept.regret
