"""A tiny board, made by the same code as the shipped one: two tables, two seeds, 100 epochs."""

import pytest

from simdyhpo.board.adding import Adder
from simdyhpo.board.definition import load_board
from simdyhpo.studies.conductor import run_study
from simdyhpo.studies.pool import Pool
from simdyhpo.studies.store import Store

TOML = """
version = 7
seeds = 2
quick = { every = 2, seeds = 1 }

[[parts]]
name = "alone"
epochs = 100

[[parts]]
name = "crowd"
workers = 3
epochs = 100
axis = "seconds"

[[methods]]
label = "asha"
scheduler = "asha"

[[methods]]
label = "asha-2"
about = "halving in twos"
scheduler = "asha"
options = { reduction_factor = 2 }

[[methods]]
label = "random"
scheduler = "random"

[suites]
digits = ["digits-mlp"]
text = ["taskset-patch32-gru64-avg-bs128"]
"""


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The folder of the board with the results of all its methods, and the cells that they are from."""
    folder = tmp_path_factory.mktemp("board")
    (folder / "board.toml").write_text(TOML)
    board, store = load_board(folder), Store(folder / "cells")
    for part in board.parts:
        adder = Adder(board, part, folder)
        for label in board.entries:
            summary = run_study(adder.lacking(label), store, Pool("loky", 1))
            assert not summary.failures
            adder.add(store, [label])
    return folder


@pytest.fixture
def own(made, tmp_path):
    """A copy that a test may change, without the cells."""
    import shutil

    folder = tmp_path / "board"
    shutil.copytree(made, folder, ignore=shutil.ignore_patterns("cells"))
    return folder
