"""Regret by data set, study `taskset` (arXiv 2202.09774): `python plots/taskset_datasets.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("taskset-datasets")
