"""Fragments of the changelog are named and written so that a release can gather them."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

FOLDER = Path(__file__).parents[1] / "changelog.d"
FRAGMENTS = sorted(path for path in FOLDER.iterdir() if path.name != "README.md")


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.name)
def test_fragment(path):
    assert re.fullmatch(r"[a-z0-9-]+\.(added|changed|fixed|removed)\.md", path.name), path.name
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines
    assert lines[0].startswith("- ")
    assert all(line.startswith(("- ", "  ")) for line in lines), "list items, continued by two blanks"
