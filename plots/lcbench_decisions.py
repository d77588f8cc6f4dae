"""Which decision when, from study `lcbench`: `python plots/lcbench_decisions.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("lcbench-decisions")
