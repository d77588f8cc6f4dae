import msgspec
import numpy as np
import pytest

from simdyhpo.importers.shipping import (
    library_versions,
    repairs_go_to_the_manifest,
    table_manifest,
    write_blackbox,
)
from simdyhpo.tables.blackboxes import BlackboxManifest
from simdyhpo.tables.curves import CurveTable

SECONDS = [[1.0, 2.0, 3.0], [2.0, 1.5, 4.0]]  # the second row runs backwards once


def test_folder_holds_a_table_and_its_manifest(tmp_path):
    with repairs_go_to_the_manifest():
        table = CurveTable.from_arrays(
            [[0.1, np.nan, 0.3], [0.2, 0.3, 0.4]], SECONDS, {"x": [1, 2]}, mode="max", name="toy"
        )
    said = table_manifest(
        table,
        licence="Apache-2.0",
        citation="us",
        made_by="a test",
        versions={"numpy": "1"},
        seeds={"sample": 7},
        notes=["One.", "Two."],
    )
    write_blackbox(table, said, tmp_path / "toy" / "table.npz", tmp_path / "toy" / "manifest.json")
    assert sorted(path.name for path in (tmp_path / "toy").iterdir()) == ["manifest.json", "table.npz"]
    manifest = msgspec.json.decode((tmp_path / "toy" / "manifest.json").read_bytes(), type=BlackboxManifest)
    loaded = CurveTable.load(tmp_path / "toy" / "table.npz")
    assert manifest.checksum == loaded.checksum == table.checksum
    assert (manifest.configurations, manifest.resources) == (2, 3)
    assert (manifest.time_repairs, manifest.non_finite) == (1, 1)
    assert manifest.seeds == {"sample": 7}
    assert manifest.notes == "One. Two."


def test_versions_name_python_and_what_was_asked_for():
    assert set(library_versions("numpy")) == {"python", "numpy"}
    with pytest.raises(Exception, match="no-such-distribution"):
        library_versions("no-such-distribution")
