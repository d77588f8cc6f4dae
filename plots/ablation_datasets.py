"""The same by data set, from study `ablation`: `python plots/ablation_datasets.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("ablation-datasets")
