"""Bad input: one clear line on stderr, exit status 2, nothing written."""

import pytest

from simdyhpo.tables.blackboxes import shipped_files


@pytest.fixture
def run(command, tmp_path):
    """`simdyhpo run` with settings that work, but for those given."""

    def carry_out(*words, blackbox="digits-mlp", scheduler="random"):
        return command(
            *("run", "--blackbox", blackbox, "--scheduler", scheduler, "--out", tmp_path / "out", *words)
        )

    return carry_out


def assert_one_line(said, *parts):
    assert said.status == 2
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1
    for part in parts:
        assert part in said.err


BUDGET = ("--max-epochs", 10)


@pytest.mark.parametrize(
    ("settings", "words", "parts"),
    [
        ({"blackbox": "lcbench-covertyp"}, BUDGET, ["unknown blackbox", "'lcbench-covertype'"]),
        ({"scheduler": "ashaa"}, BUDGET, ["unknown scheduler", "'asha'"]),
        ({"scheduler": "nowhere:Nothing"}, BUDGET, ["nowhere:Nothing", "check module and class"]),
        ({"scheduler": "asha"}, (*BUDGET, "--option", "grace_perod=1"), ["unknown option", "'grace_period'"]),
        ({"scheduler": "asha"}, (*BUDGET, "--option", "grace_period=x"), ["'grace_period'", "'x'"]),
        ({"scheduler": "asha"}, (*BUDGET, "--option", "grace_period=0"), ["'grace_period'", ">= 1"]),
        ({"scheduler": "asha"}, (*BUDGET, "--option", "grace_period"), ["name=value"]),
        ({"scheduler": "dyhpo"}, (*BUDGET, "--option", "searcher=rndom"), ["unknown searcher", "'random'"]),
        ({"scheduler": "dyhpo"}, (*BUDGET, "--option", "probability_sh=1.5"), ["'probability_sh'", "1.5"]),
        ({"scheduler": "dyhpo"}, (*BUDGET, "--option", "probability_sh=-0.1"), ["'probability_sh'", "-0.1"]),
        ({"scheduler": "dyhpo"}, (*BUDGET, "--option", "probability_sh=nan"), ["'probability_sh'", "nan"]),
        ({}, (*BUDGET, "--workers", 0), ["'workers'", "at least 1"]),
        ({}, (*BUDGET, "--workers", "many"), ["--workers", "many"]),
        ({}, (*BUDGET, "--seed", -1), ["'seed'", "at least 0"]),
        ({}, (*BUDGET, "--sampling", "with-replacment"), ["unknown sampling", "'with-replacement'"]),
        ({}, (*BUDGET, "--worker", 1), ["--worker", "--workers"]),
        ({}, (), ["no budget", "--max-epochs", "--max-seconds", "--max-trials", "--max-decisions"]),
        ({}, ("--max-epochs", 0), ["max_epochs", "above 0"]),
        ({}, ("--max-epochs", 2.5), ["--max-epochs", "2.5"]),
        ({}, ("--max-seconds", -1), ["max_seconds", "above 0"]),
        ({}, ("--max-seconds", "nan"), ["max_seconds", "nan"]),
        ({}, ("--max-seconds", "inf"), ["max_seconds", "inf"]),
        ({}, ("--max-trials", 0), ["max_trials"]),
        ({}, ("--max-decisions", -3), ["max_decisions"]),
        ({"blackbox": "nowhere/table.npz"}, BUDGET, ["nowhere/table.npz", "no such file"]),
    ],
)
def test_settings(run, tmp_path, settings, words, parts):
    assert_one_line(run(*words, **settings), *parts)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("keep", [0, 100, 0.5, 0.999])
def test_a_truncated_table(run, tmp_path, keep):
    content = shipped_files()["digits-mlp"].table.read_bytes()
    (tmp_path / "table.npz").write_bytes(content[: int(keep * len(content)) if keep < 1 else keep])
    assert_one_line(run(*BUDGET, blackbox=tmp_path / "table.npz"), "table.npz", "truncated")
    assert not (tmp_path / "out").exists()


def test_a_damaged_table(run, tmp_path):
    content = bytearray(shipped_files()["digits-mlp"].table.read_bytes())
    content[len(content) // 2] ^= 0xFF
    (tmp_path / "table.npz").write_bytes(content)
    assert_one_line(run(*BUDGET, blackbox=tmp_path / "table.npz"), "table.npz", "damaged")


def test_a_file_that_is_no_table(run, tmp_path):
    (tmp_path / "table.npz").write_text("value,seconds\n")
    assert_one_line(run(*BUDGET, blackbox=tmp_path / "table.npz"), "not a saved table")


def test_a_folder_that_holds_a_run(run, tmp_path):
    assert run(*BUDGET).status == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert_one_line(run("--max-epochs", 20), "already holds a run")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_folder_that_is_a_file(run, tmp_path):
    (tmp_path / "out").write_text("precious")
    assert_one_line(run(*BUDGET), "not a folder")
    assert (tmp_path / "out").read_text() == "precious"


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["rnu"], ["unknown command", "'run'"]),
        (["trace", "shwo"], ["unknown command", "'show'"]),
        (["--vresion"], ["--version"]),
        (["run"], ["--blackbox"]),
        (["trace", "show", "nowhere"], ["nowhere", "no such folder"]),
        (["trace", "show", "."], ["holds no run"]),
        (["trace", "show", ".", "--format", "xml"], ["xml", "jsonl"]),
        (["trace", "explain", "."], ["--decision"]),
    ],
)
def test_command_lines(command, tmp_path, monkeypatch, words, parts):
    monkeypatch.chdir(tmp_path)
    assert_one_line(command(*words), *parts)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_a_demo(command, tmp_path):
    (tmp_path / "summary.csv").write_text("mine")
    said = command("demo", "--small", "--jobs", 1, "--out", tmp_path)
    assert_one_line(said, str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["summary.csv"]
    assert (tmp_path / "summary.csv").read_text() == "mine"
