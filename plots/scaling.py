"""Speed-up by number of workers: `python plots/scaling.py plots/figures`. Simulates for a minute.

How many times as soon n workers have trained the same number of epochs as one worker, on an ideal cluster
and on a flaky one; both are held against one worker that never fails. With many workers, short epochs are
among the first more often, so that n workers can be more than n times as fast.
"""

import sys
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from simdyhpo import load_blackbox, simulate
from simdyhpo.drawing.canvas import house_style, save_figure
from simdyhpo.drawing.log_axis import label_ticks
from simdyhpo.drawing.style import line_styles

TABLE, EPOCHS = "lcbench-covertype", 20_000
WORKERS = (1, 10, 100, 1_000, 10_000)
SCHEDULERS = {
    "asha": ("asha", {}),
    "asha-stopping": ("asha-stopping", {}),
    "random": ("random", {}),
    "hyperband, one bracket at a time": ("hyperband", {"overlap": False}),
}


def speed_ups(table, scheduler, options, cluster):
    """For each number of workers; 1 is one worker on an ideal cluster."""
    seconds = [
        simulate(
            table,
            scheduler,
            workers=workers,
            max_epochs=EPOCHS,
            options=options,
            sampling="with-replacement",
            cluster=name,
        ).simulated_seconds
        for workers, name in [(1, "ideal"), *((workers, cluster) for workers in WORKERS)]
    ]
    return [seconds[0] / one for one in seconds[1:]]


def main(folder):
    table = load_blackbox(TABLE)
    styles = line_styles(SCHEDULERS)
    with house_style():
        figure = Figure(figsize=(9.2, 3.6), layout="constrained")
        grid = figure.subplots(1, 2, sharey=True)
        for axes, cluster in zip(grid, ("ideal", "flaky"), strict=True):
            axes.plot(WORKERS, WORKERS, color="#AAAAAA", linewidth=0.8, zorder=1)
            for name, (scheduler, options) in SCHEDULERS.items():
                style = styles[name]
                found = speed_ups(table, scheduler, options, cluster)
                print(cluster, name, [round(one, 1) for one in found])
                axes.plot(
                    WORKERS,
                    found,
                    "o-",
                    color=style.colour,
                    dashes=style.dashes or (None, None),
                    markersize=3.5,
                )
            axes.set(xscale="log", yscale="log", xlabel="workers", title=f"{cluster} cluster")
            label_ticks(axes.xaxis)
        label_ticks(grid[0].yaxis)
        grid[0].set_ylabel("times as fast as one worker")
        handles = [
            Line2D([], [], color=style.colour, marker="o", label=style.title) for style in styles.values()
        ]
        handles.append(Line2D([], [], color="#AAAAAA", linewidth=0.8, label="as many times as workers"))
        figure.legend(handles=handles, loc="outside upper center", ncols=3)
        what = f"{EPOCHS:,} epochs of {TABLE}, configurations drawn with replacement, one seed."
        note = f"{what} Short epochs come first, which helps many workers."
        figure.supxlabel(note, fontsize=7.5, color="#444444", x=0.01, ha="left")
    save_figure(figure, folder, "scaling")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
