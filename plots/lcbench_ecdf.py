"""Targets reached, study `lcbench` (ours): `python plots/lcbench_ecdf.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("lcbench-ecdf")
