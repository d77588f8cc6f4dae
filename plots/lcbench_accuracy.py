"""Regret in balanced accuracy, from study `lcbench`: `python plots/lcbench_accuracy.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("lcbench-accuracy")
