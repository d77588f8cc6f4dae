"""Gap to the hindsight bound, study `lcbench` (ours): `python plots/lcbench_floor.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("lcbench-floor")
