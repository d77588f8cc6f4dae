"""From study `yahpo-lcbench`: `python plots/yahpo_lcbench_epochs.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("yahpo-lcbench-epochs")
