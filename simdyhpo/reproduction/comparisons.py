"""Figures that compare variants at certain points of the budget, over data sets, options, workers."""

from __future__ import annotations

import functools
import math

import msgspec

from simdyhpo.analysis.friedman import RankTest, rank_test
from simdyhpo.analysis.regret_curves import seed_means
from simdyhpo.analysis.scaling import worker_scaling
from simdyhpo.analysis.sweep import sweep_by_blackbox, sweep_summary
from simdyhpo.drawing.canvas import Figure
from simdyhpo.drawing.critical_difference import draw_critical_difference, rows_needed
from simdyhpo.drawing.heat_map import HeatMap, heat_map_figure
from simdyhpo.drawing.scaling import DIAGONAL, draw_regret_by_workers, draw_speed_up
from simdyhpo.drawing.sheet import Draw, sheet
from simdyhpo.drawing.sweep import sweep_figure
from simdyhpo.reproduction.data import FigureData
from simdyhpo.studies.option_sweep import swept_labels
from simdyhpo.studies.spec import Study

_LEAST_SHOWN = 1e-3


def critical_differences(data: FigureData) -> Figure:
    """Two diagrams: at half and at the full budget."""
    tests = rank_tests(data)
    drawn: list[list[Draw]] = [
        [
            functools.partial(
                draw_critical_difference, test=test, styles=data.styles, title=_title(title, test)
            )
        ]
        for title, test in tests.items()
    ]
    height = 0.2 * max(rows_needed(test) for test in tests.values()) + 0.45
    note = data.caption(
        "Mean ranks, 1 the lowest regret: of the means over seeds on each data set. A bar joins methods that "
        "Nemenyi's test doesn't tell apart at the level 0.05."
    )
    return sheet(drawn, note=note, panel_inches=(7.4, height))


def rank_tests(data: FigureData) -> dict[str, RankTest]:
    """Friedman's and Nemenyi's tests by title: at half and at the full budget in epochs."""
    means = seed_means(data.runs, data.values("epochs"), data.labels)
    end, count = int(data.epochs[-1]), len(means.blackboxes)
    return {
        f"After {epochs} {data.resource}s, {count} data set{'s' * (count != 1)}": rank_test(
            means.values[:, :, epochs - 1], means.labels
        )
        for epochs in (end // 2, end)
    }


def final_regrets(data: FigureData) -> Figure:
    """A cell for each data set and method."""
    means = seed_means(data.runs, data.values("epochs")[:, -1:], data.labels)
    bold = "Bold: the lowest of its row."
    return heat_map_figure(
        HeatMap(
            rows=[data.title(name) for name in means.blackboxes],
            columns=[data.styles[label].title for label in means.labels],
            values=means.values[:, :, 0],
            lowest=_LEAST_SHOWN,
            bar_label=f"{data.regret_label}, after {data.epochs[-1]:.0f} {data.resource}s",
        ),
        note=data.caption(f"{bold} Regrets below {_LEAST_SHOWN:g} have the lightest colour."),
    )


def workers(data: FigureData) -> Figure:
    """Regret and time against the number of workers, for the same training."""
    scaling = worker_scaling(data.all_workers.runs)
    drawn: list[Draw] = [
        functools.partial(draw_regret_by_workers, scaling=scaling, styles=data.styles),
        functools.partial(draw_speed_up, scaling=scaling, styles=data.styles),
    ]
    note = data.caption(
        f"Each run trains {data.epochs[-1]:.0f} {data.resource}s, whatever the number of workers. Bars: 95 % "
        "bootstrap interval over data sets and seeds. Speed-up: geometric mean. Points "
        "of one number of workers stand side by side. DyHPO on more than one worker is our extension; the "
        "paper has one.",
        balanced_runs=data.all_workers,
    )
    return sheet([drawn], data.styles.values(), note=note, thin=DIAGONAL, points=True)


def swept(data: FigureData) -> Figure:
    """Final regret and kinds of decisions by the study's swept option."""
    study, option = data.plan.study, "probability_sh"
    labels, rival = swept_labels(study, option)
    kept = data.all_workers.runs[["blackbox", "label", "workers", "seed"]]
    rows = data.read.results.merge(kept, on=list(kept.columns))
    summary, parts = sweep_summary(rows, labels, rival), sweep_by_blackbox(rows, labels, rival)
    return sweep_figure(summary, parts, option=option, note=_sweep_note(data, study))


def _sweep_note(data: FigureData, study: Study) -> str:
    counts = " and ".join(str(count) for count in study.workers)
    noun = "worker" if counts == "1" else "workers"
    limits = msgspec.structs.asdict(study.budget)
    budget = ", ".join(f"{limit} {name.removeprefix('max_')}" for name, limit in limits.items() if limit)
    return data.caption(f"{counts} {noun}; each run trains {budget}.", regret=False)


def _title(title: str, test: RankTest) -> str:
    if not math.isfinite(test.p):
        return title
    return f"{title}; Friedman's p {'< 0.001' if test.p < 0.001 else f'= {test.p:.3f}'}"
