"""Regret and rank over time, study `lcbench` (arXiv 2202.09774): `python plots/lcbench_time.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("lcbench-time")
