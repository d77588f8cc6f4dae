"""The README's figure from a demo's logs: `python plots/demo_anytime.py demo-output plots/figures`."""

import sys
from pathlib import Path

from simdyhpo.demo.figure import draw
from simdyhpo.demo.summary import load_runs

demo, figures = map(Path, sys.argv[1:3])
draw(load_runs(demo / "runs"), figures, stem="demo-anytime")
