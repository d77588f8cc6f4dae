"""Critical differences, from study `lcbench`: `python plots/lcbench_cd.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("lcbench-cd")
