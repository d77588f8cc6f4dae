"""What writes a picture's format is loaded for that format alone."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.once

PROGRAM = """
import sys
from simdyhpo.drawing.canvas import Figure, render
assert len(render(Figure(), sys.argv[1])) > 100
print("fontTools.subset" in sys.modules)
"""


@pytest.mark.parametrize(("kind", "loads"), [("svg", "False"), ("png", "False"), ("pdf", "True")])
def test_only_pdf_needs_what_takes_fonts_apart(kind, loads):
    done = subprocess.run([sys.executable, "-c", PROGRAM, kind], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == loads
