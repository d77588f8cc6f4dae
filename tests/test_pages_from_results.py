"""Pages that are made from stored results say what these hold, and the results what the tables say."""

import re
from pathlib import Path

import pandas as pd
import pytest

from simdyhpo.cli.main import main
from tools.exact_numbers import exact_numbers
from tools.fill_pages import PAGES, filled
from tools.page_blocks import BLOCKS
from tools.stored_results import EXACT, RESULTS, stored

ROOT = Path(__file__).parents[1]
TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text() for page in PAGES}


@pytest.mark.parametrize("name", TEXTS)
def test_numbers_are_the_stored_ones(name):
    assert filled(TEXTS[name]) == TEXTS[name], "run python -m tools.fill_pages"


@pytest.mark.parametrize("name", TEXTS)
def test_a_changed_number_is_noticed(name):
    (block,) = re.findall(r"<!-- from results: .*?<!-- end -->", TEXTS[name], flags=re.DOTALL)[:1]
    (number, *_) = re.findall(r"\d+", block)
    wrong = TEXTS[name].replace(block, block.replace(number, f"{number}9", 1))
    assert filled(wrong) == TEXTS[name] != wrong


def test_every_block_is_on_a_page():
    used = re.findall(r"<!-- from results: ([a-z-]+) -->", "".join(TEXTS.values()))
    assert set(used) == set(BLOCKS)


def test_exact_numbers_are_those_of_the_tables():
    pd.testing.assert_frame_equal(exact_numbers(), pd.read_csv(RESULTS / EXACT), rtol=1e-9)


@pytest.mark.parametrize("study", ["lcbench", "taskset"])
def test_results_of_cells_and_numbers_agree(study):
    """Two ways from the same cells: rows of cells, and the frame by data set."""
    rows, found = stored(study, "results"), stored(study, "datasets")
    asha = found[found["name"] == "asha"]
    assert len(asha) == rows["blackbox"].nunique()
    mine = rows[rows["label"] == "asha"].sort_values("seed").groupby("blackbox")
    for row in asha.to_dict("records"):
        cells = mine.get_group(row["blackbox"])["regret_1"]
        assert row["seeds"] <= len(cells)
        if row["seeds"] == len(cells):
            assert row["normalised"] == pytest.approx(cells.mean())


def test_pictures_and_pages_exist():
    for name, text in TEXTS.items():
        for link in re.findall(r"\]\(([^)#:]+)\)", text):
            assert ((ROOT / name).parent / link).exists(), f"{name}: {link}"


def test_every_command_of_the_reproduction_page_is_one_that_there_is(capsys):
    commands = re.findall(
        r"^simdyhpo (reproduce .*?)(?:\s+#.*)?$", TEXTS["docs/reproduction.md"], flags=re.MULTILINE
    )
    assert len(commands) == 5
    for command in commands:
        # Parsed, not run: the whole studies take hours.
        assert main([*command.split(), "--help"]) == 0
        assert "Draw NAME" in capsys.readouterr().out
