"""Regret and rank over time, from study `lcbench`: `python plots/lcbench_time.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("lcbench-time")
