"""Regret by data set, study `lcbench` (arXiv 2202.09774): `python plots/lcbench_datasets.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("lcbench-datasets")
