"""Final regret by data set, from study `taskset`: `python plots/taskset_heatmap.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("taskset-heatmap")
