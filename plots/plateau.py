"""DyHPO's regret against the plateau's length: `python plots/plateau.py experiments/results/plateau`."""

import functools
import sys

import pandas as pd

from simdyhpo.analysis.by_property import by_property
from simdyhpo.analysis.measures import Measure
from simdyhpo.drawing.by_property import draw_by_property
from simdyhpo.drawing.canvas import save_figure
from simdyhpo.drawing.sheet import sheet
from simdyhpo.drawing.style import line_styles
from simdyhpo.laboratory.sets import SETS
from simdyhpo.reproduction.script import asked

STUDY = "plateau"


def main(folder, captions):
    rows = pd.read_csv(folder / "results.csv")
    lengths = {name: parameters.plateau for name, parameters in SETS[STUDY].items()}
    regrets, started = by_property(rows, lengths), by_property(rows, lengths, "trials")
    both = pd.concat([regrets.assign(what="regret"), started.assign(what="configurations started")])
    both.to_csv(folder / "means.csv", index=False, lineterminator="\n")
    labels = list(dict.fromkeys(regrets["label"]))
    styles = line_styles(labels)
    panels = [
        functools.partial(
            draw_by_property,
            means=means,
            labels=labels,
            styles=styles,
            title=title,
            x_label="mean length of the plateau, as a share of the curve",
            y_label=y_label,
        )
        for means, title, y_label in (
            (regrets, "What it costs", Measure().label(["loss"])),
            (started, "What the budget goes to", "configurations started"),
        )
    ]
    tables, runs = (sorted(regrets[name].unique()) for name in ("tables", "runs"))
    many, often = ("-".join(map(str, counts)) for counts in (tables, runs))
    note = (
        f"Mean over {many} synthetic tables and {often} runs a point, 160 epochs (10 whole trainings), one "
        "worker; bars are 95 % bootstrap intervals over tables and runs. Plateaus are uniform within a "
        "quarter of their mean."
    )
    save_figure(sheet([panels], styles.values(), note=note, points=True), folder, STUDY, caption=captions)


if __name__ == "__main__":
    (folder,), captions = asked(sys.argv[1:])
    main(folder, captions)
