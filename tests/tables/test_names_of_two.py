"""A name that means two tables, and names that moved: one line that says what to do."""

import msgspec
import pytest

from simdyhpo.errors import TableError
from simdyhpo.importers.shipping import table_manifest, write_blackbox
from simdyhpo.rebuilding.again import find_same_table
from simdyhpo.studies.tables import study_table
from simdyhpo.tables.blackboxes import blackbox_files, describe, files_in, load_blackbox
from simdyhpo.tables.curves import CurveTable

NAME = "lcbench-car"


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """The user's folder; what writes a table called NAME into it."""
    monkeypatch.setenv("SIMDYHPO_TABLES", str(tmp_path))

    def write(table, kind="surrogate"):
        table.info = msgspec.structs.replace(table.info, kind=kind)
        manifest = table_manifest(table, licence="", citation="", made_by="", versions={}, seeds={})
        files = files_in(tmp_path, NAME)
        write_blackbox(table, manifest, files.table, files.manifest)
        return files.table

    return write


def surrogate(name=NAME, kind="surrogate"):
    return CurveTable.from_arrays([[1.0, 2.0]], [[1.0, 2.0]], {"x": [1]}, mode="min", name=name, kind=kind)


@pytest.mark.parametrize("load", [load_blackbox, study_table])
def test_a_name_of_both_kinds_is_refused(mine, load):
    path = mine(surrogate())
    with pytest.raises(TableError) as raised:
        load(NAME)
    said = str(raised.value)
    for part in (
        NAME,
        "one is shipped (measured)",
        "yours (surrogate)",
        str(path),
        "'yahpo-lcbench-car' now",
    ):
        assert part in said
    assert "\n" not in said
    assert NAME in blackbox_files(), "lists still show it"
    assert load_blackbox(path).info.kind == "surrogate", "by its path it is had"


def test_the_same_table_twice_is_one(mine):
    mine(load_blackbox(NAME), "measured")
    assert load_blackbox(NAME).info.kind == "measured"


@pytest.mark.parametrize(("kind", "says"), [("surrogate", True), ("measured", False)])
def test_a_run_on_a_surrogate_of_the_old_name_says_the_new_one(kind, says):
    with pytest.raises(TableError) as raised:
        find_same_table(describe(surrogate(kind=kind)))
    assert ("called 'yahpo-lcbench-car' now" in str(raised.value)) is says
    assert "\n" not in str(raised.value)
