"""What faults cost, from the results of the studies `faults` and `faults-256`.

`python plots/faults.py experiments/results` writes `faults/faults.png` and `.svg` there.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from simdyhpo.analysis.counted_rows import counted_rows
from simdyhpo.analysis.statistics import bootstrap_mean
from simdyhpo.drawing.canvas import house_style, save_figure
from simdyhpo.drawing.style import in_legend_order, line_styles
from simdyhpo.drawing.timeline import COLOURS, IDLE
from simdyhpo.studies.files import find_study, load_study

KINDS = {**COLOURS, "idle": IDLE}
STUDIES = ("faults", "faults-256")
TITLES = {"dyhpo": "dyhpo-p0.25"}


def main(folder):
    rows = pd.concat([read(folder, study) for study in STUDIES])
    clusters, counts = list(dict.fromkeys(rows["cluster"])), sorted(rows["workers"].unique())
    labels = list(dict.fromkeys(rows["label"]))
    styles = line_styles(in_legend_order(TITLES.get(label, label) for label in labels))
    with house_style():
        figure = Figure(figsize=(9.2, 2.9 * len(counts) + 0.8), layout="constrained")
        grid = figure.subplots(len(counts), 2, squeeze=False, width_ratios=(1, 1.25))
        for (left, right), workers in zip(grid, counts, strict=True):
            mine = rows[rows["workers"] == workers]
            here = [label for label in labels if (mine["label"] == label).any()]
            draw_regret(left, mine, clusters, here, styles)
            draw_time(right, mine, clusters, here)
            seeds, seconds = mine["seed"].nunique(), mine["limit"].iloc[0]
            left.set_title(f"{workers} workers, {seeds} seeds: regret after {seconds:g} s")
            right.set_title(f"{workers} workers: where their time went")
        handles = [
            Line2D([], [], color=style.colour, marker="o", markersize=4, label=style.title)
            for style in styles.values()
        ]
        handles += [Patch(color=colour, label=kind) for kind, colour in KINDS.items()]
        figure.legend(handles=handles, loc="outside upper center", ncols=5, handlelength=1.6)
    save_figure(figure, folder / STUDIES[0], "faults")


def read(folder, study):
    """A study's results, with its budget of simulated seconds as `limit`."""
    limit = load_study(find_study(study)).budget.max_seconds
    return counted_rows(pd.read_csv(folder / study / "results.csv")).assign(limit=limit)


def draw_regret(axes, rows, clusters, labels, styles):
    """Mean and 95 % interval over blackboxes and seeds, clusters side by side."""
    for place, label in enumerate(labels):
        style = styles[TITLES.get(label, label)]
        found = [rows[(rows["label"] == label) & (rows["cluster"] == name)]["regret_1"] for name in clusters]
        intervals = [bootstrap_mean(values.to_numpy()[:, None]) for values in found]
        mean, low, high = (
            np.array([float(getattr(one, name)[0]) for one in intervals]) for name in ("mean", "low", "high")
        )
        x = np.arange(len(clusters)) + 0.16 * (place - (len(labels) - 1) / 2)
        axes.errorbar(x, mean, yerr=(mean - low, high - mean), fmt="o", markersize=4, color=style.colour)
    axes.set_xticks(range(len(clusters)), clusters)
    axes.set_ylabel("normalised regret")
    axes.set_ylim(bottom=0)
    axes.grid(visible=False, axis="x")


def draw_time(axes, rows, clusters, labels):
    """A bar for each scheduler on each cluster, of the shares of all workers' time."""
    ticks, names = [], []
    for group, cluster in enumerate(clusters):
        for place, label in enumerate(labels):
            mine = rows[(rows["label"] == label) & (rows["cluster"] == cluster)]
            seconds = {kind: mine[f"{kind}_seconds"].sum() for kind in KINDS}
            x, base = group * (len(labels) + 1) + place, 0.0
            for kind, colour in KINDS.items():
                share = seconds[kind] / sum(seconds.values())
                axes.bar(x, share, bottom=base, width=0.86, color=colour, linewidth=0)
                base += share
            ticks.append(x)
            names.append(label)
        middle = group * (len(labels) + 1) + (len(labels) - 1) / 2
        axes.text(middle, 1.01, cluster, ha="center", va="bottom", fontsize=7.5, color="#444444")
    axes.set_xticks(ticks, names, rotation=90, fontsize=6.5)
    axes.set_ylim(0, 1.08)
    axes.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
    axes.grid(visible=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
