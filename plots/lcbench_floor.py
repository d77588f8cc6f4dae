"""Gap to the hindsight bound, from study `lcbench`: `python plots/lcbench_floor.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("lcbench-floor")
