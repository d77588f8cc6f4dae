"""Learning curves and promotions, from study `lcbench`: `python plots/lcbench_curves.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("lcbench-curves")
