"""docs/reproduction.md: its numbers are those of plots/figures, and its commands work."""

import importlib.util
import re
import shlex
from pathlib import Path

from simdyhpo.cli.main import main

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "reproduction.md").read_text()


def test_numbers_are_the_ones_beside_the_figures():
    spec = importlib.util.spec_from_file_location("fill", ROOT / "tools" / "fill_reproduction_page.py")
    fill = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fill)
    assert "| DyHPO | ours |" in fill.filled(PAGE)
    assert fill.filled(PAGE) == PAGE, "run tools/fill_reproduction_page.py"


def test_pictures_and_pages_exist():
    for link in re.findall(r"\]\(([^)#]+)", PAGE):
        assert (ROOT / "docs" / link).exists(), link


def test_every_command_is_one_that_there_is(capsys):
    commands = re.findall(r"^simdyhpo (.*?)(?:\s+#.*)?$", PAGE, flags=re.MULTILINE)
    assert len(commands) == 5
    for command in commands:
        # Parsed, not run: the whole studies take hours.
        assert main([*shlex.split(command), "--help"]) == 0
        assert "Draw NAME" in capsys.readouterr().out
