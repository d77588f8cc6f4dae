"""`simdyhpo blackbox`: made tables are found by name, and mistakes are one line."""

import json
from pathlib import Path

import pytest

from simdyhpo.tables.blackboxes import shipped_files
from tests.cli.test_bad_input import assert_one_line
from tests.importers.test_taskset import flat, write


@pytest.fixture
def tables(tmp_path, monkeypatch):
    folder = tmp_path / "tables"
    monkeypatch.setenv("SIMDYHPO_TABLES", str(folder))
    return folder


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("one_bs1", "two_bs1"):
        write(folder, flat(40), name)
    return folder


def test_made_listed_and_run(command, tables, data, tmp_path):
    made = command("blackbox", "make", "taskset", "--data", data)
    assert (made.status, made.err) == (0, "")
    assert made.out.splitlines()[-1] == "2 tables made, 0 were there."
    assert command("blackbox", "make", "taskset", "--data", data).out.endswith(
        "0 tables made, 2 were there.\n"
    )
    lines = command("blackbox", "list").out.splitlines()
    row = next(line for line in lines if line.startswith("taskset-one-bs1"))
    assert "measured" in row
    assert "kB" in row
    assert "Apache-2.0" in row
    shown = json.loads(command("blackbox", "list", "--json").out)
    assert [table["name"] for table in shown] == [*shipped_files(), "taskset-one-bs1", "taskset-two-bs1"]
    run = ("run", "--blackbox", "taskset-one-bs1", "--scheduler", "asha", "--max-epochs", 9)
    assert command(*run, "--out", tmp_path / "run").status == 0


def test_a_part_and_an_option(command, tables, data):
    said = command(
        *("blackbox", "make", "taskset", "--data", data, "--task", "one_bs1", "--option", "keep=all")
    )
    assert said.status == 0
    assert sorted(path.name for path in tables.iterdir()) == [
        "taskset-one-bs1-all.json",
        "taskset-one-bs1-all.npz",
    ]


def test_suites_are_listed_with_options(command):
    said = command("blackbox", "suites")
    assert said.status == 0
    for part in ("lcbench: ", "rbv2_xgboost: ", "taskset: ", "seconds_per_step", "val_accuracy"):
        assert part in said.out


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["lcbnch"], ["unknown suite", "'lcbench'"]),
        (
            ["yahpo-lcbench"],
            ["no published files of yahpo-lcbench", "blackbox fetch yahpo-lcbench", "--data"],
        ),
        (["lcbench", "--task", "covertyp"], ["unknown lcbench task", "'covertype'"]),
        (["taskset", "--data", "nowhere"], ["nowhere", "no TaskSet files"]),
        (["yahpo-lcbench", "--data", "nowhere"], ["config_space.json", "nowhere"]),
        (["taskset", "--data", "{data}", "--task", "one_bs2"], ["unknown taskset task", "'one_bs1'"]),
        (["taskset", "--data", "{data}", "--option", "kep=all"], ["unknown option", "'keep'"]),
        (["taskset", "--data", "{data}", "--option", "keep=some"], ["'keep'", "'some'"]),
        (["taskset", "--data", "{data}", "--option", "seconds_per_step=0"], ["'seconds_per_step'", "'0'"]),
        (["taskset", "--data", "{data}", "--out", "{data}/file"], ["can't be written"]),
    ],
)
def test_mistakes(command, tables, data, words, parts):
    (data / "file").write_text("")
    assert_one_line(command("blackbox", "make", *(word.format(data=data) for word in words)), *parts)
    assert not tables.exists()


def test_a_damaged_manifest_is_named(command, tables, data):
    command("blackbox", "make", "taskset", "--data", data)
    (tables / "taskset-one-bs1.json").write_bytes(b"\xff{")
    assert_one_line(command("blackbox", "list"), "taskset-one-bs1.json", "no readable manifest")


def test_many_tables_are_listed_without_opening_one(command, tables, data):
    command("blackbox", "make", "taskset", "--data", data, "--task", "one_bs1")
    manifest = (tables / "taskset-one-bs1.json").read_bytes()
    for number in range(200):
        (tables / f"many-{number:03}.json").write_bytes(manifest)
        (tables / f"many-{number:03}.npz").write_bytes(b"never opened")
    said = command("blackbox", "list")
    assert said.status == 0, said.err
    assert len(said.out.splitlines()) == 1 + len(shipped_files()) + 201


def test_no_folder_named(command, monkeypatch, tmp_path):
    monkeypatch.delenv("SIMDYHPO_TABLES")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    from simdyhpo.tables.blackboxes import tables_folder

    assert tables_folder().parts[-2:] == ("simdyhpo", "tables")
    assert isinstance(tables_folder(), Path)


def test_check_of_a_made_table(command, tables, data):
    command("blackbox", "make", "taskset", "--data", data)
    said = command("blackbox", "check", "taskset-one-bs1")
    assert (said.status, said.err) == (0, "")
    for part in ("kind         measured", "Left out: 0 with a NaN, 2 with a loss too high", "learning_rate"):
        assert part in said.out
    by_file = command("blackbox", "check", tables / "taskset-one-bs1.npz")
    assert by_file.out == said.out
    content = json.loads(command("blackbox", "check", "taskset-one-bs1", "--json").out)
    assert content["manifest_fits"]
    assert content["report"]["configurations"] == content["manifest"]["configurations"] == 38
    assert content["report"]["ranks"][0]["resource"] == 1


def test_check_of_every_shipped_table(command):
    for name in shipped_files():
        said = command("blackbox", "check", name)
        assert (said.status, said.err) == (0, "")
        assert "predictions, not measurements" not in said.out


def test_check_without_a_manifest_and_with_another_tables(command, tables, data):
    command("blackbox", "make", "taskset", "--data", data)
    (tables / "taskset-one-bs1.json").unlink()
    said = command("blackbox", "check", tables / "taskset-one-bs1.npz")
    assert said.out.endswith("No manifest beside the file.\n")
    manifest = json.loads((tables / "taskset-two-bs1.json").read_text())
    (tables / "taskset-one-bs1.json").write_text(json.dumps(manifest | {"checksum": "0" * 64}))
    said = command("blackbox", "check", tables / "taskset-one-bs1.npz")
    assert said.status == 1
    assert "its checksum is of another table" in said.err


def test_check_of_what_is_no_table(command, tables, tmp_path):
    assert_one_line(command("blackbox", "check", "taskset-on"), "unknown blackbox")
    assert_one_line(command("blackbox", "check", tmp_path / "none.npz"), "no such file")
    (tmp_path / "torn.npz").write_bytes(b"PK")
    assert_one_line(command("blackbox", "check", tmp_path / "torn.npz"), "damaged")


RUNS = "lr,seed,epoch,loss,time\n1,0,1,1,1\n1,0,2,0.5,2\n1,1,1,3,1\n1,1,2,1.5,2\n0.1,0,1,4,1\n"
COLUMNS = ("--value", "loss", "--resource", "epoch", "--seconds", "time")


def test_an_imported_table_is_found_and_run(command, tables, tmp_path):
    (tmp_path / "runs.csv").write_text(RUNS)
    words = ("blackbox", "import", tmp_path / "runs.csv", *COLUMNS, "--repeat", "seed", "--log", "lr")
    said = command(*words, "--out", tables / "mine.npz", "--kind", "measured", "--repeats", "sampled")
    assert (said.status, said.err) == (0, "")
    assert "2 curves of up to 2 resources" in said.out
    assert "drawn at random with seed 0" in said.out
    shown = json.loads(command("blackbox", "list", "--json").out)[-1]
    assert (shown["name"], shown["kind"], shown["seeds"]) == ("mine", "measured", {"repeats": 0})
    assert shown["settings"]["repeats"] == "sampled"
    assert command("blackbox", "check", "mine").status == 0
    run = ("run", "--blackbox", "mine", "--scheduler", "random", "--max-epochs", 3)
    assert command(*run, "--out", tmp_path / "run").status == 0
    before = (tables / "mine.npz").read_bytes()
    assert_one_line(command(*words, "--out", tables / "mine.npz"), "mine.npz", "exists already")
    assert (tables / "mine.npz").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (COLUMNS, ["runs.csv", "row 7", "correct"]),
        ((*COLUMNS, "--mode", "up"), ["--mode", "up"]),
        ((*COLUMNS, "--seconds-are", "x"), ["'seconds_are'"]),
        ((*COLUMNS[:3], "epok"), ["no column 'epok'"]),
        (COLUMNS[2:], ["--value"]),
    ],
)
def test_import_mistakes(command, tables, tmp_path, words, parts):
    (tmp_path / "runs.csv").write_text(RUNS.replace("0.1,0,1,4,1", "0.1,0,1,4,1\n0.1,0,2,3,2\n0.2,0,1,x,1"))
    said = command("blackbox", "import", tmp_path / "runs.csv", *words, "--out", tables / "mine.npz")
    assert_one_line(said, *parts)
    assert not tables.exists()


@pytest.mark.shared_data
def test_fetched_made_and_checked(command, tables, shared_data, tmp_path, monkeypatch):
    """What CI sees of the whole way: a part of three suites, from published files to a report."""
    monkeypatch.setenv("SIMDYHPO_RAW", str(tmp_path / "raw"))
    for suite, source in (("yahpo-lcbench", "yahpo"), ("taskset", "taskset"), ("lcdb", "lcdb")):
        if not (shared_data / source).is_dir():
            pytest.skip(f"no {source} among the raw data")
        said = command("blackbox", "fetch", suite, "--from", shared_data / source)
        assert (said.status, said.err) == (0, "")
        assert said.out.endswith(f"0 were there. Next: simdyhpo blackbox make {suite}\n")
        again = command("blackbox", "fetch", suite, "--from", shared_data / source)
        assert again.out.splitlines()[-1].startswith("0 files fetched")
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed (the extra onnx)")
    lcbench = ("--task", "shuttle", "--task", "189865", "--option", "configurations=200", "--jobs", 2)
    said = command("blackbox", "make", "yahpo-lcbench", *lcbench)
    assert said.out.endswith("2 tables made, 0 were there.\n")
    assert command("blackbox", "make", "taskset", "--task", "patch32_GRU128_bs128").status == 0
    assert command("blackbox", "make", "lcdb", "--task", "3", "--task", "1590").status == 0
    content = json.loads(command("blackbox", "check", "lcdb-3", "--json").out)
    assert (content["report"]["time"], content["manifest_fits"]) == ("per-fit", True)
    assert "trained from scratch" in command("blackbox", "check", "lcdb-3").out
    made = {"yahpo-lcbench-shuttle": 51, "yahpo-lcbench-sylvine": 51, "taskset-patch32-gru128-bs128": 50}
    for name, resources in made.items():
        content = json.loads(command("blackbox", "check", name, "--json").out)
        assert content["manifest_fits"]
        assert content["report"]["resources"] == resources
        assert content["report"]["non_finite"] == 0
    assert content["manifest"]["dropped"] == {"a NaN": 1, "a loss too high": 246}


def test_fetch_mistakes(command, tmp_path, monkeypatch):
    monkeypatch.setenv("SIMDYHPO_RAW", str(tmp_path / "raw"))
    assert_one_line(command("blackbox", "fetch", "lcbnch"), "unknown suite", "'lcbench'")
    suite = "yahpo-lcbench"
    assert_one_line(command("blackbox", "fetch", suite, "--from", tmp_path / "none"), "no such folder")
    assert_one_line(command("blackbox", "fetch", suite, "--from", tmp_path), "no such file", "lcbench")
    assert_one_line(command("blackbox", "fetch", "lcbench"), "nothing to fetch", "come with simdyhpo")
    assert not (tmp_path / "raw").exists()


def test_accuracies_are_not_taken_for_losses(command, tables, tmp_path):
    (tmp_path / "runs.csv").write_text(RUNS.replace("loss", "acc"))
    words = ("blackbox", "import", tmp_path / "runs.csv", "--value", "acc", *COLUMNS[2:], "--repeat", "seed")
    said = command(*words, "--out", tables / "mine.npz")
    assert_one_line(said, "'acc'", "--mode min or --mode max")
    assert not tables.exists()
    said = command(*words, "--out", tables / "mine.npz", "--mode", "max")
    assert (said.status, said.err) == (0, "")
    assert "A good acc is high." in said.out
    assert json.loads(command("blackbox", "list", "--json").out)[-1]["mode"] == "max"


def test_where_seconds_come_from_is_said_though_the_table_itself_does_not(command):
    """digits-mlp is older than that field; its notes say it."""
    assert "; Wall-clock seconds, measured on one thread" in command("blackbox", "check", "digits-mlp").out
