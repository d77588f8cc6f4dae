"""Critical differences, study `taskset` (arXiv 2202.09774): `python plots/taskset_cd.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("taskset-cd")
