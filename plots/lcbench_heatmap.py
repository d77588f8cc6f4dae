"""Final regret by data set, study `lcbench` (ours): `python plots/lcbench_heatmap.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("lcbench-heatmap")
