"""Finding the table of a run, and refusing logs that can't be followed."""

from pathlib import Path

import msgspec
import pytest

from simdyhpo.errors import OutputError, TableError
from simdyhpo.rebuilding.again import find_same_table, find_table, run_again
from simdyhpo.rebuilding.fork import RebuiltOtherwiseWarning, fork
from simdyhpo.rebuilding.rebuild import rebuild
from simdyhpo.rebuilding.substitute import Substitute
from simdyhpo.runs.front_door import simulate
from simdyhpo.tables.blackboxes import describe, load_blackbox
from tests.making import falling


@pytest.fixture(scope="module")
def table():
    return falling(30, 9)


@pytest.fixture(scope="module")
def result(table):
    return simulate(table, "asha", workers=3, max_epochs=80)


def test_shipped_tables_are_found_by_name():
    assert find_same_table(describe(load_blackbox("digits-mlp"))).name == "digits-mlp"


def test_files_are_found_by_content_then_by_name(table, tmp_path):
    other = falling(20, 9)
    files = [other.save(tmp_path / "other.npz"), table.save(tmp_path / "same.npz")]
    assert len(find_same_table(describe(table), files)) == 30
    assert len(find_table(describe(table), files[:1])) == 20
    with pytest.raises(TableError, match="is not the one of the run"):
        find_same_table(describe(table), files[:1])


def test_a_table_that_is_nowhere(table, tmp_path):
    with pytest.raises(TableError, match="give its file with --blackbox"):
        find_table(describe(table))
    with pytest.raises(TableError, match="not the one of the run"):
        find_same_table(describe(load_blackbox("digits-mlp")) | {"checksum": "0" * 64})


def test_a_run_again_is_the_run(table, result):
    again = run_again(result.spec, table)
    assert again.spec == result.spec
    assert [repr(one) for one in again.log] == [repr(one) for one in result.log]


@pytest.mark.parametrize(
    "changes", [{"time_ns": 1}, {"worker": 7}, {"configuration": 29}, {"milestone": 8}, {"time_ns": 10**15}]
)
def test_a_log_that_the_table_contradicts(table, result, changes):
    log = list(result.log)
    log[20] = msgspec.structs.replace(log[20], **changes)
    with pytest.raises(OutputError, match="can't be carried out where the log has it"):
        rebuild(result.spec, log, table, 40)


@pytest.mark.parametrize("time_ns", [1, 10**15])
def test_the_decision_itself_must_be_due(table, result, time_ns):
    log = list(result.log)
    log[20] = msgspec.structs.replace(log[20], time_ns=time_ns)
    with pytest.raises(OutputError, match="decision 20 of the log can't be carried out"):
        rebuild(result.spec, log, table, 20)


def test_a_scheduler_that_decides_otherwise_when_rebuilt_is_reported(table, result):
    """As one whose model trains whenever it is asked: here, one with another seed."""
    spec = msgspec.structs.replace(result.spec, seed=1)
    start = [record for record in result.log if not record.resume_from][1]
    with pytest.warns(RebuiltOtherwiseWarning, match=f"decision {start.index} as the run did"):
        fork(spec, list(result.log), table, start.index, Substitute("", False, start.configuration, None))


def test_a_table_of_ones_own_is_found_where_the_command_is_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table, other = falling(20, 4), falling(30, 4)
    spec = describe(table)
    with pytest.raises(TableError, match=r"\$SIMDYHPO_TABLES\), and the current folder has none"):
        find_table(spec)
    other.save(f"{table.name}.npz")
    with pytest.raises(TableError, match="has another one in"):
        find_table(spec)
    Path(f"{table.name}.npz").write_bytes(b"none")
    with pytest.raises(TableError, match="has none in"):
        find_table(spec)
    Path(f"{table.name}.npz").unlink()
    table.save(f"{table.name}.npz")
    assert find_same_table(spec).checksum == table.checksum
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    with pytest.raises(TableError):
        find_table(spec | {"name": f"../{table.name}"})
