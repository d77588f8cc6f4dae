"""A stored column that holds nothing, or a rule that nobody knows: damage is told, no mark is mixed in."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import simdyhpo
from simdyhpo.analysis.marks import MARKS_RULE
from simdyhpo.studies.current_marks import with_current_marks
from simdyhpo.studies.damage import DamagedCell
from simdyhpo.studies.four_folders import FourFolders
from simdyhpo.studies.parquet import CELLS
from simdyhpo.studies.store import Store
from tests.making import falling
from tests.studies.conftest import as_format_1

KEY = "a" * 32
MAY_BE_EMPTY = {
    "max_epochs",
    "max_seconds",
    "max_trials",
    "max_decisions",
    "best_value",
    "failed_trials",
    "utilisation",
    *(name for name in CELLS.names if name.endswith("_seconds")),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A store of format 1, whose rows have no checksum, with one cell."""
    folder = tmp_path_factory.mktemp("columns")
    store = Store(folder / "results")
    store.open()
    store.write(KEY, simdyhpo.simulate(falling(12, 4), "asha", workers=2, max_epochs=20))
    return as_format_1(store.folder, folder / "old")


@pytest.fixture
def changed(written):
    """Writes another value into one column of the row, for as long as the test runs: the store."""
    store = Store(written)
    path = FourFolders(written).path(KEY, "cell")
    whole = path.read_bytes()

    def change(name, value):
        table = pq.read_table(pa.BufferReader(whole))
        at = table.schema.get_field_index(name)
        field = table.schema.field(at)
        pq.write_table(table.set_column(at, field, pa.array([value], field.type)), path)
        return store

    yield change
    path.write_bytes(whole)


@pytest.mark.parametrize("name", CELLS.names)
def test_an_empty_column_is_damage_unless_nothing_may_stand_there(changed, name):
    store = changed(name, None)
    try:
        store.check(KEY)
    except DamagedCell:
        return
    assert name in MAY_BE_EMPTY
    assert store.damage([KEY]) == []


@pytest.mark.parametrize("rule", [-1, 0, 1, MARKS_RULE + 1, 2**33 + 2])
def test_marks_of_another_rule_are_made_anew(changed, rule):
    """Also of a later version's: two rules are never averaged together."""
    right = changed("marks_rule", MARKS_RULE).cells([KEY])
    store = changed("marks_rule", rule)
    rows = store.cells([KEY])
    rows["area"] = 7.0
    renewed = with_current_marks(rows, store)
    assert renewed["area"].tolist() == right["area"].tolist()
    assert renewed["marks_rule"].tolist() == [MARKS_RULE]
