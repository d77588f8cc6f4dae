"""Regret against what the first look says: `python plots/first_look.py experiments/results/first-look`."""

import functools
import itertools
import sys

import pandas as pd

from simdyhpo.analysis.by_property import by_property
from simdyhpo.analysis.measures import Measure
from simdyhpo.drawing.by_property import draw_by_property
from simdyhpo.drawing.canvas import save_figure
from simdyhpo.drawing.sheet import sheet
from simdyhpo.drawing.style import in_legend_order, line_styles
from simdyhpo.laboratory.sets import SETS
from simdyhpo.reproduction.script import asked

STUDY = "first-look"
PANELS = {
    "One resource at a time": (
        "dyhpo",
        "dyhpo,probability_sh=0",
        "dyhpo,probability_sh=0.25",
        "freeze-thaw",
        "greedy",
    ),
    "A model chooses what starts": ("mobster", "bohb", "dehb"),
    "ASHA and its kin": ("asha", "asha-stopping", "asha-cost", "pasha", "median-stopping"),
    "Halving in brackets": ("sh", "hyperband", "hyperband-async"),
}
REFERENCE = "random"


def main(folder, captions):
    rows = pd.read_csv(folder / "results.csv")
    asked = {name: parameters.rank_correlation for name, parameters in SETS[STUDY].items()}
    means = by_property(rows, asked)
    means.to_csv(folder / "means.csv", index=False, lineterminator="\n")
    drawn = {REFERENCE, *itertools.chain.from_iterable(PANELS.values())}
    styles = line_styles(in_legend_order(label for label in dict.fromkeys(means["label"]) if label in drawn))
    panels = [
        functools.partial(
            draw_by_property,
            means=means,
            labels=[REFERENCE, *labels],
            styles=styles,
            title=title,
            x_label="rank correlation of the first epoch with the last",
            y_label=Measure().label(["loss"]),
        )
        for title, labels in PANELS.items()
    ]
    figure = sheet([panels[:2], panels[2:]], styles.values(), note=note(means), points=True)
    highest = max(axes.get_ylim()[1] for axes in figure.axes)
    for axes in figure.axes:
        axes.set_ylim(0, highest)
    save_figure(figure, folder, STUDY, caption=captions)


def note(means):
    tables = sorted(means["tables"].unique())
    return (
        f"Mean over {'-'.join(map(str, tables))} synthetic tables a point, one run each, 160 epochs "
        "(10 whole trainings), one worker; bars are 95 % bootstrap intervals over tables. "
        "The tables of a seed differ in this alone."
    )


if __name__ == "__main__":
    (folder,), captions = asked(sys.argv[1:])
    main(folder, captions)
