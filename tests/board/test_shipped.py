"""What is shipped: every file can be read, every key is today's, and a few cells are made again."""

import subprocess
import sys

import numpy as np
import pytest

from simdyhpo.board.adding import Adder
from simdyhpo.board.checking import made_again, sample
from simdyhpo.board.definition import RESULTS, SHIPPED, grid_of, load_board
from simdyhpo.board.field import read_field
from simdyhpo.board.ranking import ranking
from simdyhpo.board.results import method_files, read_kept
from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.studies.pool import Pool

BOARD = load_board()
FILES = [(part, label, path) for part in BOARD.parts for label, path in method_files(SHIPPED, part).items()]


@pytest.mark.parametrize("part", BOARD.parts, ids=lambda part: part.name)
def test_every_key_is_the_one_that_the_cell_has_today(part):
    adder = Adder(BOARD, part)
    for label in method_files(SHIPPED, part):
        if (
            BOARD.entries[label].scheduler in SCHEDULERS
            and SCHEDULERS[BOARD.entries[label].scheduler].outside
        ):
            continue  # its package's version is part of the key, and may be another one here
        keys = {(one.cell.blackbox, one.cell.seed): one.key for one in adder.plan(label).cells}
        for one in read_kept(method_files(SHIPPED, part)[label], BOARD, part, label):
            assert one.cell == keys[one.blackbox, one.seed], (
                f"{label} decides otherwise than its results on the board: `simdyhpo board add {label}`"
            )


def test_the_shipped_results_are_small_and_make_sense():
    assert sum(path.stat().st_size for path in (SHIPPED / RESULTS).rglob("*.parquet")) < 8e6
    for part, label, path in FILES:
        marks = np.array([one.marks for one in read_kept(path, BOARD, part, label)])
        assert ((marks >= 0) & (marks <= 1)).all()
        assert (np.diff(marks, axis=1) <= 0).all(), "an incumbent never gets worse"


def test_random_search_is_beaten():
    """If the whole were mixed up, this would be the first to show it."""
    part = BOARD.part()
    found = ranking(BOARD, part, grid_of(BOARD), read_field(BOARD, part))
    place = found.frame.set_index("label")["place"]
    assert place["asha"] < place["random"]
    assert len(found.labels) >= 13


def test_some_of_it_is_made_again(tmp_path):
    quick = ["asha", "random", "sh", "hyperband"]
    drawn = sample(BOARD, SHIPPED, BOARD.parts, quick, 6, seed=1)
    assert made_again(BOARD, drawn, tmp_path, Pool("loky", 1)) == []


def test_the_table_needs_neither_torch_nor_matplotlib():
    code = (
        "import sys; from simdyhpo.cli.main import main; status = main(['board', 'show', 'asha', 'random']); "
        "assert status == 0; assert not {'torch', 'matplotlib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
