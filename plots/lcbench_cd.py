"""Critical differences, study `lcbench` (arXiv 2202.09774): `python plots/lcbench_cd.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("lcbench-cd")
