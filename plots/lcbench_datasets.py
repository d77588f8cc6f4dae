"""Regret by data set, from study `lcbench`: `python plots/lcbench_datasets.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("lcbench-datasets")
