"""Regret and rank over epochs, from study `lcbench`: `python plots/lcbench_epochs.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("lcbench-epochs")
