"""docs/schedulers.md names every scheduler and law, and docs/options.md has a row for each option."""

import re
from pathlib import Path

import pytest

from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.catalog.factory import scheduler_class
from simdyhpo.testing import LAWS
from tools.fill_scheduler_tables import filled

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "schedulers.md").read_text()
OPTIONS = (ROOT / "docs" / "options.md").read_text()
PARAGRAPHS = PAGE.split("## The laws")[0]


@pytest.mark.parametrize("name", SCHEDULERS)
def test_every_scheduler_has_its_paragraph(name):
    assert f"**`{name}`**" in PARAGRAPHS
    assert f"| `{name}` |" in PARAGRAPHS
    assert all(
        f"| `{option}` |" in OPTIONS
        for option in scheduler_class(name).Options.__struct_fields__
        if option != "searcher_options"
    )


@pytest.mark.parametrize("page", [PAGE, OPTIONS])
def test_tables_are_the_catalogues(page):
    assert filled(page) == page, "run `python -m tools.fill_scheduler_tables`"


def test_every_law_in_its_order():
    table = PAGE.split("## The laws")[1]
    assert re.findall(r"^\| `([\w-]+)` \|", table, flags=re.MULTILINE) == list(LAWS)


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target
