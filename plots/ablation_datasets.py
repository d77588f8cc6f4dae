"""The same by data set, study `ablation` (arXiv 2202.09774): `python plots/ablation_datasets.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("ablation-datasets")
