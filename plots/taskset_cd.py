"""Critical differences, from study `taskset`: `python plots/taskset_cd.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("taskset-cd")
