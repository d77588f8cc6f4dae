"""Regret and rank over time, study `taskset` (arXiv 2202.09774): `python plots/taskset_time.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("taskset-time")
