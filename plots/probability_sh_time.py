"""Regret over time, 4 workers, from study `probability_sh`.

Run it as `python plots/probability_sh_time.py CELLS OUT`.
"""

from simdyhpo.reproduction.script import draw_figure

draw_figure("probability-sh-time")
