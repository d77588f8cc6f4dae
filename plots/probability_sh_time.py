"""Regret over time, 4 workers, study `probability_sh` (Syne Tune's study): `python plots/probability_sh_time.py CELLS OUT`."""

from simdyhpo.reproduction.script import draw_figure

draw_figure("probability-sh-time")
