"""What CI runs a notebook with: pictures are kept, and a cell that draws nothing is no success."""

import subprocess
import sys

import pytest

from tools.run_notebook import run

pytestmark = pytest.mark.once
DRAWS = """
from matplotlib import pyplot as plt
class Thing:
    def plot(self):
        return plt.subplots()[1]
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", ["", *sys.path])
    return tmp_path / "out"


def test_pictures_are_kept(here):
    pictures = run(
        [DRAWS, "x = Thing().plot()", "!echo said > said.txt", "Thing().plot(), Thing().plot()"], here
    )
    assert [one.name for one in pictures] == ["figure-1.png", "figure-2.png", "figure-3.png"]
    assert all(one.read_bytes()[:4] == b"\x89PNG" for one in pictures)
    assert (here / "said.txt").read_text() == "said\n"


def test_a_cell_that_draws_nothing(here):
    with pytest.raises(RuntimeError, match="cell 2 drew nothing"):
        run(["class Thing:\n    def plot(self):\n        pass\n", "Thing().plot()"], here)


def test_what_a_cell_and_a_command_raise(here):
    with pytest.raises(ZeroDivisionError):
        run(["1 / 0"], here)
    with pytest.raises(subprocess.CalledProcessError):
        run(["!false"], here)
