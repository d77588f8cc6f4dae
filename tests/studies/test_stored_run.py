"""A run in memory, in a folder and in a study's results: who reads one reads all three."""

import msgspec
import numpy as np
import pandas as pd
import pytest

import simdyhpo
from simdyhpo.browse.pages import Pages
from simdyhpo.html_report.run.report import run_report
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_cell import StoredCell
from simdyhpo.traces.course import course_of
from simdyhpo.traces.diff import compare
from simdyhpo.traces.explain import explain
from simdyhpo.traces.in_memory import RunInMemory
from simdyhpo.traces.read import read_run
from simdyhpo.traces.write import write_run

KEY = "0" * 32


@pytest.fixture(scope="module")
def table():
    return simdyhpo.load_blackbox("digits-mlp")


@pytest.fixture(scope="module", params=["ideal", "spot-instances"])
def runs(table, request, tmp_path_factory):
    result = simdyhpo.simulate(table, "asha", workers=3, seed=1, max_epochs=60, cluster=request.param)
    folder = tmp_path_factory.mktemp("kept")
    write_run(result, folder / "run")
    store = Store(folder / "results")
    store.open()
    store.write(KEY, result)
    return [RunInMemory(result), read_run(folder / "run"), StoredCell(store, KEY)]


def test_each_has_the_same_logs(runs):
    first = runs[0]
    for run in runs[1:]:
        pd.testing.assert_frame_equal(run.decisions, first.decisions)
        pd.testing.assert_frame_equal(run.reports, first.reports)
        assert list(map(repr, run.records())) == list(map(repr, first.records()))
        assert repr(run.record(3)) == repr(first.record(3))
        assert run.wall_seconds == first.wall_seconds
        for name, column in msgspec.structs.asdict(first.report_columns()).items():
            np.testing.assert_array_equal(getattr(run.report_columns(), name), column)
        assert msgspec.structs.replace(run.manifest, checksums={}) == first.manifest


def test_each_is_equal_to_each(runs):
    for one in runs:
        for other in runs:
            difference = compare(course_of(one), course_of(other))
            assert difference.equal
            assert not difference.specs
            assert not difference.versions


def test_each_can_be_explained_and_browsed(runs, table):
    for run in runs:
        assert explain(run, 4) == explain(runs[0], 4)
        assert list(Pages(run, table).lines(7)) == list(Pages(runs[0], table).lines(7))


def test_each_has_a_report_but_only_a_cell_lacks_the_timeline(runs):
    memory, folder, cell = runs
    sums = folder.manifest.checksums
    pages = [run_report(run) for run in (folder, memory)]
    assert all(sum_ in pages[0] for sum_ in sums.values())
    assert "Cluster use" in pages[1]
    assert "Cluster use" in run_report(cell)
    if folder.timeline() is not None:
        assert msgspec.structs.asdict(folder.timeline())["away"] == memory.timeline().away
        assert cell.timeline() is None
