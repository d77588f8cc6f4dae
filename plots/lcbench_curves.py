"""Learning curves and promotions, study `lcbench` (ours): `python plots/lcbench_curves.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("lcbench-curves")
