"""Final regret and decisions by probability_sh, study `probability_sh` (Syne Tune's study): `python plots/probability_sh.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("probability-sh")
