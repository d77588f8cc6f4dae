"""Final regret and decisions by probability_sh, from study `probability_sh`.

Run it as `python plots/probability_sh.py CELLS OUT`.
"""

from simdyhpo.reproduction.script import draw_figure

draw_figure("probability-sh")
