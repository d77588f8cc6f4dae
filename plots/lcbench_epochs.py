"""Regret and rank over epochs, study `lcbench` (arXiv 2202.09774): `python plots/lcbench_epochs.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("lcbench-epochs")
