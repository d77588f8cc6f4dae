"""Regret and rank over time, from study `taskset`: `python plots/taskset_time.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("taskset-time")
