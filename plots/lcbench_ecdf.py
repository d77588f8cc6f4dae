"""Targets reached, from study `lcbench`: `python plots/lcbench_ecdf.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("lcbench-ecdf")
