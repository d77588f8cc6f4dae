"""Nothing that runs share can be written into: not by a scheduler, not in a worker, not out of a cache."""

import pickle
from types import MappingProxyType

import msgspec
import numpy as np
import pandas as pd
import pytest

from simdyhpo.candidates import Candidates
from simdyhpo.hyperparameters.configurations import Configurations
from simdyhpo.protocols import Problem
from simdyhpo.streams import Streams
from simdyhpo.tables.curves import CurveTable
from simdyhpo.tables.mapped import open_mapped, write_mapped


def made():
    columns = {
        "rate": np.array([0.1, 0.2, 0.3]),
        "layers": np.array([1, 2, 3]),
        "kind": np.array(["a", "b", "a"]),
        "depth": np.array([1.0, np.nan, 2.0]),
    }
    table = CurveTable.from_arrays(
        np.arange(6.0).reshape(3, 2),
        [[1, 2]] * 3,
        columns,
        mode="min",
        name="t",
        log=["rate"],
        scores={"test": ("max", [0.1, 0.2, 0.3])},
    )
    return table, columns


def saved(table, folder):
    return CurveTable.load(table.save(folder / "t.npz"))


def mapped(table, folder):
    return open_mapped(write_mapped(table, folder / "t.table"))


def pickled(table, folder):
    return pickle.loads(pickle.dumps(table))


def as_made(table, folder):
    return table


def arrays_in(thing, path="", seen=None):
    """(path, array) of all that attributes, items and properties lead to, with what they are views of."""
    seen = {} if seen is None else seen
    if id(thing) in seen or isinstance(thing, str | bytes | int | float | type | None):
        return
    seen[id(thing)] = thing  # kept, so that no id is used again
    if isinstance(thing, np.ndarray):
        yield path, thing
        yield from arrays_in(thing.base, f"{path}.base", seen)
        return
    if isinstance(thing, dict | MappingProxyType):
        parts = {f"[{key!r}]": value for key, value in thing.items()}
    elif isinstance(thing, list | tuple):
        parts = {f"[{i}]": value for i, value in enumerate(thing)}
    elif type(thing).__module__.startswith("simdyhpo."):
        # public names first, so that what is computed when first asked for is there
        parts = {f".{name}": getattr(thing, name) for name in dir(thing) if not name.startswith("_")}
        parts |= {f".{name}": value for name, value in getattr(thing, "__dict__", {}).items()}
        parts = {name: part for name, part in parts.items() if not callable(part)}
    else:
        return
    for name, part in parts.items():
        yield from arrays_in(part, path + name, seen)


def assert_locked(thing, at_least):
    found = dict(arrays_in(thing))
    assert set(at_least) <= set(found), sorted(found)
    writeable = [path for path, array in found.items() if array.flags.writeable]
    assert writeable == []
    for array in found.values():
        if array.size:
            with pytest.raises(ValueError, match="read-only"):
                array[...] = array.flat[0]


@pytest.mark.parametrize("way", [as_made, saved, mapped, pickled])
def test_every_array_of_a_table_and_of_a_problem_is_read_only(way, tmp_path):
    table = way(made()[0], tmp_path)
    columns = [f".configurations.columns['{name}']" for name in ("rate", "layers", "kind", "depth")]
    assert_locked(
        table,
        [
            ".values",
            ".elapsed_seconds",
            ".elapsed_ns",
            ".lengths",
            ".labels",
            ".scores['test'].values",
            *columns,
        ],
    )
    streams = Streams(0)
    problem = Problem(Candidates(table.configurations, streams), table.max_resource, "min", streams)
    assert_locked(problem, [".candidates.features", *[f".candidates{path}" for path in columns]])


@pytest.mark.parametrize("way", [as_made, saved, mapped, pickled])
def test_columns_can_not_be_exchanged(way, tmp_path):
    configurations = way(made()[0], tmp_path).configurations
    with pytest.raises(TypeError):
        configurations.columns["rate"] = np.zeros(3)
    with pytest.raises(AttributeError):
        configurations.columns = {}


def test_problems_in_their_own_process_are_locked_too():
    table, _ = made()
    copied = pickle.loads(pickle.dumps(Candidates(table.configurations, Streams(0))))
    assert_locked(copied.configurations, [".columns['rate']"])
    assert not copied.features.flags.writeable


def test_what_was_given_stays_the_givers_own():
    table, columns = made()
    for name, column in columns.items():
        column[0] = column[1]
        assert table.configurations.columns[name][0] != column[0] or name == "depth"
    frame = table.configurations.frame()
    frame.loc[0, "rate"] = 9.0
    assert table.configurations.columns["rate"][0] == 0.1
    wide = np.arange(8.0)
    half = Configurations([], {"a": wide[::2]})
    wide[:] = 0
    assert half.columns["a"].tolist() == [0, 2, 4, 6]
    assert wide.flags.writeable


def test_files_in_another_order_of_memory_are_locked_to_their_base(tmp_path):
    table, _ = made()
    parts = dict(np.load(table.save(tmp_path / "t.npz")))
    parts["values"] = np.asfortranarray(parts["values"])
    np.savez(tmp_path / "fortran.npz", **parts)
    assert_locked(CurveTable.load(tmp_path / "fortran.npz"), [".values", ".values.base"])


def test_a_frame_of_the_configurations_is_as_before():
    table, columns = made()
    pd.testing.assert_frame_equal(table.configurations.frame(), pd.DataFrame(columns))
    assert (
        msgspec.json.encode(table.configurations.row(1)) == b'{"rate":0.2,"layers":2,"kind":"b","depth":null}'
    )
