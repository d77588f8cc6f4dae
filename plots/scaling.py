"""Speed-up by number of workers: `python plots/scaling.py plots/figures`. Simulates for a minute.

How many times as soon n workers have trained the same number of epochs as one worker, on an ideal cluster
and on a flaky one; both are held against one worker that never fails. With many workers, short epochs are
among the first more often, so that n workers can be more than n times as fast.
"""

import sys

from matplotlib.figure import Figure

from simdyhpo import load_blackbox, simulate
from simdyhpo.drawing.apart import side_by_side
from simdyhpo.drawing.canvas import house_style, save_figure
from simdyhpo.drawing.caption import add_caption
from simdyhpo.drawing.log_axis import label_ticks
from simdyhpo.drawing.scaling import DIAGONAL
from simdyhpo.drawing.sheet import legend_line
from simdyhpo.drawing.style import line_styles
from simdyhpo.reproduction.script import asked

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


def main(folder, captions):
    table = load_blackbox(TABLE)
    styles = line_styles(SCHEDULERS)
    aside = dict(zip(SCHEDULERS, side_by_side(len(SCHEDULERS), WORKERS[-1] / WORKERS[0]), strict=True))
    with house_style():
        figure = Figure(figsize=(9.2, 3.6), layout="constrained")
        grid = figure.subplots(1, 2, sharey=True)
        for axes, cluster in zip(grid, ("ideal", "flaky"), strict=True):
            axes.plot(WORKERS, WORKERS, color=DIAGONAL.colour, dashes=DIAGONAL.dashes, linewidth=1, zorder=1)
            for name, (scheduler, options) in SCHEDULERS.items():
                style = styles[name]
                found = speed_ups(table, scheduler, options, cluster)
                print(cluster, name, [round(one, 1) for one in found])
                axes.plot(
                    [workers * aside[name] for workers in WORKERS],
                    found,
                    marker=style.marker or "o",
                    color=style.colour,
                    dashes=style.dashes or (None, None),
                    markersize=3.5,
                )
            axes.set(xscale="log", yscale="log", xlabel="workers", title=f"{cluster} cluster")
            label_ticks(axes.xaxis)
        label_ticks(grid[0].yaxis)
        grid[0].set_ylabel("times as fast as one worker")
        handles = [*(legend_line(style, points=True) for style in styles.values()), legend_line(DIAGONAL, 1)]
        figure.legend(handles=handles, loc="outside upper center", ncols=3)
        what = f"{EPOCHS:,} epochs of {TABLE}, configurations drawn with replacement, one seed."
        note = f"{what} Short epochs come first, which helps many workers."
        add_caption(figure, note)
    save_figure(figure, folder, "scaling", caption=captions)


if __name__ == "__main__":
    (folder,), captions = asked(sys.argv[1:])
    main(folder, captions)
