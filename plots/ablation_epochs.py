"""DyHPO without its curve branch, from study `ablation`: `python plots/ablation_epochs.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("ablation-epochs")
