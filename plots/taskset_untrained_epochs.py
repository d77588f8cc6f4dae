"""From study `taskset-untrained`: `python plots/taskset_untrained_epochs.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("taskset-untrained-epochs")
