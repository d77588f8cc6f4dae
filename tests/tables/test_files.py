"""Saved tables: what comes back is what was saved, or an error that says so."""

from __future__ import annotations

import io
import json
import math
import pickle
import zipfile

import numpy as np
import pytest

from simdyhpo.errors import OutputError, TableError
from simdyhpo.tables.curves import CurveTable, TableRepairWarning

NAN = math.nan


def make(**changes):
    parts = {
        "values": [[0.5, 0.25, NAN], [0.75, math.inf, 0.125]],
        "elapsed_seconds": [[1.0, 2.5, NAN], [0.5, 0.5, 4.0]],
        "configurations": {"rate": [0.1, NAN], "layers": [3, 4], "optimizer": ["adam", "sgd"]},
        "mode": "max",
        "name": "saved",
        "log": ["rate"],
        "metric": "accuracy",
        "resource": "share of the data",
        "labels": [0.25, 0.5, 1.0],
        "kind": "measured",
        "source": "made up",
    }
    return CurveTable.from_arrays(**(parts | changes))


@pytest.fixture
def saved(tmp_path):
    return make().save(tmp_path / "table.npz")


def rewrite(path, **changes):
    """The file with some arrays changed (None: taken out); zip checksums are right again."""
    with np.load(path) as archive:
        arrays = {name: archive[name] for name in archive.files}
    arrays |= changes
    np.savez_compressed(path, **{name: array for name, array in arrays.items() if array is not None})


def header(path, **changes):
    with np.load(path) as archive:
        content = json.loads(archive["header"].tobytes()) | changes
    return np.frombuffer(json.dumps(content).encode(), dtype=np.uint8)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_round_trip(tmp_path, dtype):
    before = make(values=np.array([[0.5, 0.25, NAN], [0.75, math.inf, 0.125]], dtype=dtype))
    after = CurveTable.load(before.save(tmp_path / "table.npz"))
    assert after.info == before.info
    assert after.checksum == before.checksum
    for name in ("values", "elapsed_seconds", "elapsed_ns", "lengths", "labels"):
        left, right = getattr(after, name), getattr(before, name)
        assert left.dtype == right.dtype
        np.testing.assert_array_equal(left, right)
    assert after.configurations.hyperparameters == before.configurations.hyperparameters
    assert after.configurations.frame().equals(before.configurations.frame())


def test_repairs_are_counted_again_after_loading(tmp_path):
    with pytest.warns(TableRepairWarning):
        before = make(elapsed_seconds=[[2.0, 1.0, NAN], [0.5, 0.5, 4.0]])
    after = CurveTable.load(before.save(tmp_path / "table"))
    assert after.time_repairs == before.time_repairs == 1


def test_equal_tables_give_equal_bytes(tmp_path, saved):
    again = make().save(tmp_path / "again.npz")
    loaded = CurveTable.load(saved).save(tmp_path / "loaded.npz")
    assert saved.read_bytes() == again.read_bytes() == loaded.read_bytes()


def test_the_suffix_is_added_and_folders_are_made(tmp_path):
    path = make().save(tmp_path / "new" / "folder" / "v1.2")
    assert path == tmp_path / "new" / "folder" / "v1.2.npz"
    assert CurveTable.load(str(path)).name == "saved"


def test_a_save_replaces_the_file_and_leaves_nothing_beside_it(saved):
    make(name="second").save(saved)
    assert CurveTable.load(saved).name == "second"
    assert [path.name for path in saved.parent.iterdir()] == ["table.npz"]


def test_a_place_that_can_not_be_written(saved, tmp_path):
    with pytest.raises(OutputError, match="can't be written"):
        make().save(saved / "below" / "a file")
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(OutputError, match="can't be written"):
        make().save(tmp_path / "folder.npz")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.npz", "table.npz"]


def test_missing_file(tmp_path):
    with pytest.raises(TableError, match="there is no such file"):
        CurveTable.load(tmp_path / "none.npz")


def test_every_flipped_bit_is_noticed_or_without_effect(saved):
    """A flip in every second byte: where a load succeeds (a date in the archive, say), no harm is done."""
    raw, checksum, refused = saved.read_bytes(), CurveTable.load(saved).checksum, 0
    for place in range(0, len(raw), 2):
        flipped = bytearray(raw)
        flipped[place] ^= 1 << (place % 8)
        saved.write_bytes(flipped)
        try:
            assert CurveTable.load(saved).checksum == checksum, f"byte {place}"
        except TableError as error:
            refused += error.source == str(saved)
    assert refused > len(raw) / 4


def test_every_truncation_is_noticed(saved):
    raw = saved.read_bytes()
    for length in range(0, len(raw), 11):
        saved.write_bytes(raw[:length])
        with pytest.raises(TableError, match="damaged, truncated or not a saved table"):
            CurveTable.load(saved)


def _bytes(write, *arguments) -> bytes:
    file = io.BytesIO()
    write(file, *arguments)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"configuration,epoch,loss\n0,1,0.5\n",
        b"PK\x05\x06" + bytes(18),  # an empty zip archive
        _bytes(np.save, np.zeros(3)),
        _bytes(np.savez, np.zeros(3)),
        pickle.dumps({"values": [1.0]}),
    ],
    ids=["empty", "text", "empty zip", "npy", "other npz", "pickle"],
)
def test_other_files_are_no_tables(tmp_path, content):
    path = tmp_path / "table.npz"
    path.write_bytes(content)
    with pytest.raises(TableError, match="damaged, truncated or not a saved table"):
        CurveTable.load(path)


def test_a_folder_is_no_table(tmp_path):
    with pytest.raises(TableError, match="damaged, truncated or not a saved table"):
        CurveTable.load(tmp_path)


@pytest.mark.parametrize(
    "changes",
    [
        {"values": np.full((2, 3), 0.5)},
        {"elapsed_seconds": np.ones((2, 3))},
        {"labels": np.array([1, 2, 3])},
        {"configurations/layers": np.array([3, 5])},
        {"configurations/optimizer": np.array(["adam", "adam"])},
    ],
    ids=str,
)
def test_altered_content_does_not_match_the_checksum(saved, changes):
    rewrite(saved, **changes)
    with pytest.raises(TableError, match="content doesn't match its checksum"):
        CurveTable.load(saved)


@pytest.mark.parametrize("name", ["header", "values", "elapsed_seconds", "labels", "configurations/rate"])
def test_a_missing_part(saved, name):
    rewrite(saved, **{name: None})
    with pytest.raises(TableError, match="damaged, truncated or not a saved table"):
        CurveTable.load(saved)


def test_altered_content_is_validated_like_any_other(saved):
    rewrite(saved, elapsed_seconds=np.array([[1.0, NAN, 2.0], [0.5, 0.5, 4.0]]))
    with pytest.raises(TableError, match=r"table\.npz: configuration 0 has no time around resource 2"):
        CurveTable.load(saved)


def test_another_format_is_named(saved):
    rewrite(saved, header=np.frombuffer(b'{"format": 3, "unheard": "of"}', dtype=np.uint8))
    with pytest.raises(TableError, match=r"newer simdyhpo \(format 3, this one reads up to 2\); update"):
        CurveTable.load(saved)


@pytest.mark.parametrize(
    "changes", [{"info": {"name": "x", "mode": "both"}}, {"checksum": 3}, {"info": None}]
)
def test_a_header_that_makes_no_sense(saved, changes):
    rewrite(saved, header=header(saved, **changes))
    with pytest.raises(TableError, match="damaged, truncated or not a saved table"):
        CurveTable.load(saved)


def test_objects_are_never_unpickled(saved):
    rewrite(saved, values=np.array([["a"], [None]], dtype=object))
    with pytest.raises(TableError, match="damaged, truncated or not a saved table"):
        CurveTable.load(saved)


SCORES = {"test_accuracy": ("max", [0.5, NAN]), "test_loss": ("min", np.float32([1, 2]))}


@pytest.mark.parametrize("pack", [False, True])
def test_scores_and_the_origin_of_seconds_come_back(tmp_path, pack):
    before = make(seconds="predicted", scores=SCORES)
    after = CurveTable.load(before.save(tmp_path / "table.npz", pack=pack))
    assert after.checksum == before.checksum != make().checksum
    assert after.info.seconds == "predicted"
    for name, score in before.scores.items():
        same = after.scores[name]
        assert (same.name, same.mode, same.best, same.worst) == (name, score.mode, score.best, score.worst)
        np.testing.assert_array_equal(same.values, score.values)
        assert same.values.dtype == score.values.dtype
    assert (after.scores["test_loss"].best, after.scores["test_loss"].worst) == (1, 2)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("seconds", [[[1.0, 2.5, NAN], [0.5, 0.5, 4.0]], [[0.1, 0.2, 0.3], [7, 14, 21]]])
def test_a_packed_table_is_the_same_table(tmp_path, dtype, seconds):
    before = make(
        values=np.array([[0.5, 0.25, NAN], [0.75, math.inf, 0.125]], dtype),
        elapsed_seconds=np.array(seconds, dtype),
    )
    path = before.save(tmp_path / "table.npz", pack=True)
    after = CurveTable.load(path)
    assert after.checksum == before.checksum
    for name in ("values", "elapsed_seconds", "elapsed_ns"):
        np.testing.assert_array_equal(getattr(after, name), getattr(before, name))
        assert getattr(after, name).dtype == getattr(before, name).dtype
    assert path.read_bytes() == after.save(tmp_path / "again.npz", pack=True).read_bytes()


def test_a_table_that_needs_nothing_new_is_written_as_before(tmp_path):
    for number, changes in [(1, {}), (2, {"seconds": "measured"}), (2, {"scores": SCORES})]:
        with np.load(make(**changes).save(tmp_path / "table.npz")) as archive:
            assert json.loads(archive["header"].tobytes())["format"] == number


def test_every_flipped_bit_of_a_packed_table_is_noticed_or_without_effect(tmp_path):
    path = make(scores=SCORES).save(tmp_path / "table.npz", pack=True)
    test_every_flipped_bit_is_noticed_or_without_effect(path)


def test_the_file_is_plain_arrays(saved):
    """Readable without this package."""
    assert zipfile.is_zipfile(saved)
    with np.load(saved, allow_pickle=False) as archive:
        assert archive["values"].shape == archive["elapsed_seconds"].shape == (2, 3)
        assert archive["configurations/optimizer"].tolist() == ["adam", "sgd"]
