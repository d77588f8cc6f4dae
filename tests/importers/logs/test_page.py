"""The page on logs has its table from the registry."""

import pytest

from tools.fill_sources import PAGE, filled

pytestmark = pytest.mark.once


def test_the_table_is_that_of_the_registry():
    text = PAGE.read_text(encoding="utf-8")
    assert filled(text) == text, "run python -m tools.fill_sources"
