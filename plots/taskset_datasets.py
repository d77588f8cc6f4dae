"""Regret by data set, from study `taskset`: `python plots/taskset_datasets.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("taskset-datasets")
