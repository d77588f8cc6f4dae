"""Tables of a suite made into a folder: whole, once, and found by name."""

import msgspec
import pytest

from simdyhpo.errors import OutputError, TableError, UnknownNameError
from simdyhpo.importers.making import make_tables, orders
from simdyhpo.importers.suites import SUITES
from simdyhpo.studies.tables import study_table
from simdyhpo.tables.blackboxes import blackbox_files, load_blackbox, read_manifest
from simdyhpo.tables.curves import CurveTable
from tests.importers.test_taskset import flat, write
from tests.surrogate_tables import golden_table


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("one_bs1", "two_bs1", "three_bs1"):
        write(folder, [*flat(40), [1.0, float("nan"), 0.5]], name)
    return folder


def order(data, out, tasks=(), **options):
    return orders("taskset", tasks, SUITES["taskset"].Options(**options), data, out)


def test_all_tasks_are_made_once(data, tmp_path):
    wanted = order(data, tmp_path / "out")
    first = list(make_tables(wanted))
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    second = list(make_tables(wanted))
    assert [done.made for done in first] == [True] * 3
    assert [done.made for done in second] == [False] * 3
    assert [done.checksum for done in first] == [done.checksum for done in second]
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()} == times
    assert len(times) == 6


def test_jobs_give_the_same_bytes(data, tmp_path):
    for out, jobs in (("one", 1), ("two", 2)):
        assert len(list(make_tables(order(data, tmp_path / out), jobs))) == 3
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_the_manifest_counts_what_the_filter_left_out(data, tmp_path):
    done = next(make_tables(order(data, tmp_path, ["one_bs1"])))
    manifest = read_manifest(done.order.files.manifest)
    table = CurveTable.load(done.order.files.table)
    assert manifest.checksum == table.checksum
    assert manifest.dropped["a NaN"] == 1
    assert sum(manifest.dropped.values()) + len(table) == 41
    assert "leaves out" in manifest.notes
    assert manifest.settings == {"keep": "paper", "untrained": False, "seconds_per_step": 1.0}
    everything = next(make_tables(order(data, tmp_path, ["one_bs1"], keep="all")))
    assert everything.curves == 41
    assert everything.order.name == "taskset-one-bs1-all"
    assert read_manifest(everything.order.files.manifest).dropped == {}


@pytest.mark.parametrize("harm", ["no manifest", "no table", "torn table", "torn manifest", "other table"])
def test_what_is_not_whole_is_made_again(data, tmp_path, harm):
    files = next(make_tables(order(data, tmp_path, ["one_bs1"]))).order.files
    before = {path: path.read_bytes() for path in (files.table, files.manifest)}
    if harm.startswith("no"):
        (files.manifest if harm == "no manifest" else files.table).unlink()
    elif harm == "other table":
        table = CurveTable.from_arrays([[1.0]], [[1.0]], {"x": [1]}, mode="min", name=files.table.stem)
        table.save(files.table)
    else:
        path = files.table if harm == "torn table" else files.manifest
        path.write_bytes(before[path][:40])
    assert next(make_tables(order(data, tmp_path, ["one_bs1"]))).made
    assert {path: path.read_bytes() for path in (files.table, files.manifest)} == before


def test_other_options_are_never_taken_for_the_same(data, tmp_path):
    list(make_tables(order(data, tmp_path, ["one_bs1"])))
    with pytest.raises(OutputError, match=r"made with other options .*seconds_per_step=1\.0"):
        list(make_tables(order(data, tmp_path, ["one_bs1"], seconds_per_step=3.0)))


def test_made_tables_are_found_by_name(data, tmp_path, monkeypatch):
    monkeypatch.setenv("SIMDYHPO_TABLES", str(tmp_path / "mine"))
    list(make_tables(order(data, tmp_path / "mine", ["one_bs1"])))
    assert "taskset-one-bs1" in blackbox_files()
    assert load_blackbox("taskset-one-bs1").max_resource == 2
    assert study_table("taskset-one-bs1").max_resource == 2
    (tmp_path / "mine" / "taskset-one-bs1.json").unlink()  # as if it had been killed in between
    assert "taskset-one-bs1" not in blackbox_files()
    with pytest.raises(UnknownNameError):
        load_blackbox("taskset-one-bs1")


def test_a_shipped_table_goes_first(data, tmp_path, monkeypatch):
    monkeypatch.setenv("SIMDYHPO_TABLES", str(tmp_path))
    done = next(make_tables(order(data, tmp_path, ["one_bs1"])))
    manifest = read_manifest(done.order.files.manifest)
    for suffix in (".npz", ".json"):
        (tmp_path / f"taskset-one-bs1{suffix}").rename(tmp_path / f"digits-mlp{suffix}")
    (tmp_path / "digits-mlp.json").write_bytes(msgspec.json.encode(manifest))
    assert blackbox_files()["digits-mlp"].table.parent != tmp_path
    with pytest.raises(TableError, match="is two"):
        load_blackbox("digits-mlp")


@pytest.mark.parametrize("suite", [name for name, suite in SUITES.items() if suite.published])
def test_a_folder_without_the_suite_is_one_clear_line(tmp_path, suite):
    with pytest.raises(TableError) as caught:
        orders(suite, [], SUITES[suite].Options(), tmp_path, tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unknown_names(data, tmp_path):
    with pytest.raises(UnknownNameError, match=r"unknown suite 'tasksets'.*'taskset'"):
        orders("tasksets", [], None, data, tmp_path)
    with pytest.raises(UnknownNameError, match=r"unknown taskset task 'on_bs1'.*'one_bs1'"):
        order(data, tmp_path, ["on_bs1"])


@pytest.mark.shared_data
def test_a_part_of_lcbench(yahpo_data, tmp_path):
    """The tables that tests keep are tables of this suite: same configurations, same content."""
    suite = SUITES["yahpo-lcbench"]
    assert len(suite.tasks(yahpo_data)) == 34
    options = suite.Options(configurations=3)
    wanted = orders("yahpo-lcbench", ["christine", "146212"], options, yahpo_data, tmp_path)
    assert [one.name for one in wanted] == ["yahpo-lcbench-christine", "yahpo-lcbench-shuttle"]
    assert all(done.made for done in make_tables(wanted))
    manifest = read_manifest(tmp_path / "yahpo-lcbench-christine.json")
    assert manifest.kind == "surrogate"
    assert "not measurements" in manifest.notes
    assert manifest.versions["yahpo_data"].startswith("1.0.2")
    kept = golden_table("lcbench-christine")
    made = CurveTable.load(tmp_path / "yahpo-lcbench-christine.npz")
    assert msgspec.structs.replace(made.info, name=kept.name) == kept.info
    assert made.values == pytest.approx(kept.values[:3], rel=1e-4)


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("suite", "task", "name"),
    [
        ("rbv2_xgboost", "40981", "rbv2-xgboost-40981-logloss"),
        ("rbv2_rpart", "40981", "rbv2-rpart-40981-logloss"),
        ("iaml_glmnet", "40981", "iaml-glmnet-40981-logloss"),
    ],
)
def test_a_part_of_the_other_scenarios(yahpo_data, tmp_path, suite, task, name):
    options = SUITES[suite].Options(configurations=4, metric="logloss")
    done = next(make_tables(orders(suite, [task], options, yahpo_data, tmp_path)))
    assert (done.order.name, done.curves, done.resources) == (name, 4, 20)
    assert "for one fit" in read_manifest(done.order.files.manifest).notes
    assert CurveTable.load(done.order.files.table).mode == "min"
