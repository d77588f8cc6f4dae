"""What more workers cost and gain, from study `workers`: `python plots/workers.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("workers")
