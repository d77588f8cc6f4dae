"""DyHPO without its curve branch, study `ablation` (arXiv 2202.09774): `python plots/ablation_epochs.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("ablation-epochs")
