"""Regret and rank over steps, from study `taskset`: `python plots/taskset_epochs.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("taskset-epochs")
