"""Plausible mistakes: one line each, the one that stands on the page."""

import pytest

from tools.fill_mistakes import PAGE, filled
from tools.mistakes import MISTAKES, STUDY

pytestmark = pytest.mark.once


def test_every_mistake_gets_the_line_on_the_page():
    page = PAGE.read_text(encoding="utf-8")
    assert filled(page) == page, "run python -m tools.fill_mistakes"
    assert STUDY in page


def test_there_are_many():
    assert sum(map(len, MISTAKES.values())) >= 60
