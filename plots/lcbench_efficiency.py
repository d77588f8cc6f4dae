"""Which configurations it trains, from study `lcbench`: `python plots/lcbench_efficiency.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("lcbench-efficiency")
