"""Regret and rank over steps, study `taskset` (arXiv 2202.09774): `python plots/taskset_epochs.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("taskset-epochs")
