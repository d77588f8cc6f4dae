"""docs/board.md says what the shipped results hold."""

import pytest

from tools.fill_board import PAGE, filled, parts

pytestmark = pytest.mark.once


def test_the_page_has_todays_tables():
    text = PAGE.read_text(encoding="utf-8")
    assert filled(text) == text, "run python -m tools.fill_board"
    best = parts()[0].labels[0]
    assert f"| 1 | {best} | " in text
    wrong = text.replace(f"| 1 | {best} |", f"| 2 | {best} |", 1)
    assert filled(wrong) == text != wrong
