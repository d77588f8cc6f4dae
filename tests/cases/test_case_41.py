"""What pages and messages advise after damage helps, followed to the letter: one round, no cell lost."""

import re
import shutil

import pytest

from simdyhpo.cli.main import main
from simdyhpo.studies.store import Store

pytestmark = pytest.mark.once

MINI = """name = "mini"
blackboxes = ["digits-mlp"]
seeds = 3
budget = { max_epochs = 60 }
[[variants]]
scheduler = "asha"
[[variants]]
scheduler = "random"
"""
CELLS = 6


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mini")
    (folder / "mini.toml").write_text(MINI)
    assert main(["study", "run", str(folder / "mini.toml"), "--out", str(folder / "r"), "--jobs", "1"]) == 0
    return folder


@pytest.fixture
def say(done, tmp_path, capfd):
    shutil.copytree(done / "r", tmp_path / "r")

    def say(*words, expect=0):
        study = [words[1], str(done / "mini.toml"), "--out"] if words[0] == "study" else []
        assert main([words[0], *study, str(tmp_path / "r"), *words[2:]]) == expect
        return capfd.readouterr()

    say.store = Store(tmp_path / "r")
    return say


def report(say):
    return say("study", "report").out


@pytest.mark.parametrize(
    ("name", "harm"),
    [("cell.parquet", "emptied"), ("decisions.parquet", "removed"), ("SHA256SUMS", "emptied")],
)
def test_one_round_mends_it(say, name, harm):
    right = re.sub(r"\| [^|]* \|\n", "\n", report(say))  # the last column has host seconds
    for folder in sorted((say.store.folder / "cells").iterdir())[:3]:
        (folder / name).unlink()
        if harm == "emptied":
            (folder / name).touch()
    # Every reader says it once for all, in one line, and goes on.
    for said in (
        say("study", "report"),
        say(
            "report",
        ),
    ):
        (line,) = said.err.splitlines()
        assert line.startswith("warning: 3 stored cells are damaged")
        assert "`simdyhpo study run`" in line
    assert "3 of 6 cells" in report(say)
    verified = say("study", "status", "--verify", expect=1).out
    assert verified.count("SHA256SUMS" if name == "SHA256SUMS" else name) == 3
    said = say("study", "run", "--jobs", "1")
    assert "3 cells made, 3 were there" in said.out
    assert "3 damaged cells were set aside" in said.err
    assert len(say.store.set_aside()) == 3
    assert re.sub(r"\| [^|]* \|\n", "\n", report(say)) == right
    assert "every result is as it was written" in say("study", "status", "--verify").out
    assert "0 cells made, 6 were there" in say("study", "run", "--jobs", "1").out


def test_damaged_timing_blocks_nothing(say):
    for folder in (say.store.folder / "cells").iterdir():
        (folder / "timing.parquet").write_bytes(b"")
    said = say("study", "report")
    assert "6 of 6 cells" in said.out
    assert "6 stored cells are damaged" in said.err
    assert "their host seconds are unknown" in said.err
    say(
        "report",
    )
    say("study", "check")
    assert "6 cells made, 0 were there" in say("study", "run", "--jobs", "1").out
    assert report(say)


def test_everything_damaged(say):
    for path in (say.store.folder / "cells").glob("*/cell.parquet"):
        path.write_bytes(b"")
    said = say("study", "report", expect=2)
    assert "holds no result" in said.err.splitlines()[-1]
    say(
        "report",
    )
    assert f"{CELLS} cells made" in say("study", "run", "--jobs", "1").out
