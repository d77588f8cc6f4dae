"""Plots of results from Python: each draws on one pair of axes and returns them.

`results` are what `simdyhpo.simulate` gave: one result; several, which are told apart by scheduler and
options; several by the name of their method (`{"mine": [...], "asha": [...]}`); or what `simdyhpo.compare` or
`simdyhpo.load_study` gave. Without `ax`, a new figure is made, with its legend above.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from simdyhpo.analysis.friedman import rank_test
from simdyhpo.analysis.incumbents import Axis, regret_steps
from simdyhpo.analysis.kinds_over_time import kinds_over_time
from simdyhpo.analysis.measures import NORMALISED, Measure
from simdyhpo.analysis.method_curves import RunSteps, method_curve, rank_steps, table_means
from simdyhpo.decision_kinds import Effect, kinds_that
from simdyhpo.drawing.anytime import Panel, draw_anytime
from simdyhpo.drawing.critical_difference import draw_critical_difference, rows_needed
from simdyhpo.drawing.curves import CurvePanel, draw_curves
from simdyhpo.drawing.kinds_over_time import draw_kind_lanes
from simdyhpo.drawing.methods import DrawnRun, Methods, Results, methods_of, only_run, same_of_all, table_of
from simdyhpo.drawing.own_axes import add_legend, own_axes
from simdyhpo.drawing.sheet import legend_line
from simdyhpo.drawing.spaghetti import RunCurves, draw_spaghetti, spaghetti_handles, value_limits
from simdyhpo.drawing.style import DECISIONS, line_styles
from simdyhpo.drawing.timeline import draw_workers, timeline_handles
from simdyhpo.errors import SimdyhpoError, UnknownNameError

Over = Literal["epochs", "seconds"]
_AXIS_WORDS = {"epochs": "{resource}s trained", "seconds": "simulated seconds"}


def plot_anytime(
    results: Results,
    *,
    over: Over = "epochs",
    blackbox: str | None = None,
    measure: Measure = NORMALISED,
    ax: Axes | None = None,
) -> Axes:
    """Mean regret of each method along the budget, with 95 % bootstrap intervals, on a logarithmic axis.

    On one table the mean is over runs; on several, over the seeds of each table, then over tables. As long as
    a run has no incumbent it counts as the worst.

    Args:
        results: see above.
        over: "epochs" (reports so far, of all workers together) or "seconds" (simulated; one table only).
        blackbox: the only table to look at; all if not given.
        measure: of regret: 0 the table's best value, 1 its worst, if not given.
        ax: axes to draw on; those of a new figure if not given.

    Raises:
        SimdyhpoError: there is nothing to draw, no run has a finite report, methods were run on different
            tables, or seconds of several tables would be mixed.
        UnknownNameError: `over` is something else.
    """
    methods = methods_of(results, blackbox)
    curves = {
        label: method_curve(steps)
        for label, steps in _steps(methods, over, measure).items()
        if any(run.steps.x.size for run in steps)
    }
    if not curves:
        raise SimdyhpoError("no run has a finite report, so there is no regret to draw")
    styles = line_styles(curves, titled=False)
    with own_axes(ax) as axes:
        panel = Panel(
            title=_where(methods),
            curves=curves,
            floor=None,
            x_label=_x_label(methods, over),
            y_label=_regret_label(methods, measure),
            log_x=over == "seconds",
        )
        draw_anytime(axes, panel, styles)
        add_legend(axes, [legend_line(style) for style in styles.values()], above=ax is None)
    return axes


def plot_ranks(
    results: Results, *, over: Over = "epochs", measure: Measure = NORMALISED, ax: Axes | None = None
) -> Axes:
    """The mean rank of each method along the budget, 1 the lowest regret, at the top.

    On each table, methods are ranked by their mean over seeds; ranks are averaged over tables. Bands: 95 %
    bootstrap intervals over tables.

    Args:
        results: see above; at least two methods.
        over, measure, ax: see `plot_anytime`.

    Raises:
        SimdyhpoError: there are fewer than two methods; see also `plot_anytime`.
    """
    methods = methods_of(results)
    _check_several(methods, "ranks")
    curves = rank_steps(_steps(methods, over, measure))
    styles = line_styles(curves, titled=False)
    with own_axes(ax) as axes:
        panel = CurvePanel(
            title=_where(methods), curves=curves, x_label=_x_label(methods, over), y_label="mean rank",
            log_x=over == "seconds", downwards=True,
        )  # fmt: skip
        draw_curves(axes, panel, styles)
        add_legend(axes, [legend_line(style) for style in styles.values()], above=ax is None)
    return axes


def plot_critical_difference(
    results: Results, *, measure: Measure = NORMALISED, ax: Axes | None = None
) -> Axes:
    """Mean ranks of the last regret over tables, and which of them Nemenyi's test doesn't tell apart.

    A bar joins methods whose mean ranks lie within the critical difference at the level 0.05 (Demsar 2006).

    Args:
        results: see above; at least two methods.
        measure, ax: see `plot_anytime`.

    Raises:
        SimdyhpoError: there are fewer than two methods; see also `plot_anytime`.
    """
    methods = methods_of(results)
    _check_several(methods, "ranks")
    means = table_means(_steps(methods, "epochs", measure), np.array([np.inf]))
    test = rank_test(means.values[:, :, 0], means.labels)
    count = len(means.blackboxes)
    with own_axes(ax, (7.4, 0.2 * rows_needed(test) + 0.45)) as axes:
        title = f"Ranks of the last regret, {count} table{'s' * (count != 1)}"
        draw_critical_difference(axes, test, line_styles(means.labels, titled=False), title)
    return axes


def plot_decisions(results: Results, *, blackbox: str | None = None, ax: Axes | None = None) -> Axes:
    """Which kinds of decisions were taken when: a lane for each method, filled by the kinds' shares.

    Along a lane runs the share of a run's reports that had come in, from 0 to 100 %, in 20 parts; its height
    is divided among the kinds by their share of the decisions in that part, over all runs of the method.

    Args:
        results, blackbox, ax: see `plot_anytime`.

    Raises:
        SimdyhpoError: there is nothing to draw, or methods were run on different tables.
    """
    methods = methods_of(results, blackbox)
    counts = {
        label: np.sum([kinds_over_time(run.decisions, run.reports) for run in runs], axis=0)
        for label, runs in methods.items()
    }
    total = sum(part.sum(axis=0) for part in counts.values())
    with own_axes(ax, (5.6, 1.5 + 0.5 * len(counts) if len(counts) > 1 else 2.7)) as axes:
        draw_kind_lanes(axes, counts)
        axes.set_title(_where(methods))
        axes.set_xlabel("share of a run's reports")
        shown = [
            Patch(facecolor=colour, label=kind.name) for kind, colour in DECISIONS.items() if total[kind]
        ]
        add_legend(axes, shown, above=ax is None)
    return axes


def plot_curves(run: DrawnRun, *, ax: Axes | None = None) -> Axes:
    """All learning curves that one run trained, in grey; in blue those that held the incumbent.

    Symbols mark where a paused trial was promoted, by the kind of decision. The horizontal axis, logarithmic,
    is what a configuration was trained; the vertical one the metric in its own unit, without the worst 15 %
    of its values.

    Args:
        run: a result of `simdyhpo.simulate`.
        ax: see `plot_anytime`.

    Raises:
        SimdyhpoError: it is no run, or has no finite report.
    """
    run = only_run(run)
    box, log, reports = run.spec.blackbox, run.decisions, run.reports
    if not np.isfinite(reports["value"].to_numpy(dtype=np.float64)).any():
        raise SimdyhpoError("the run has no finite report, so there are no curves to draw")
    drawn = RunCurves(
        title=run.spec.title,
        curves=reports,
        promotions=log[log["decision"].isin(kinds_that(Effect.PROMOTES)) & (log["resume_from"] > 0)],
        mode=box["mode"],
    )
    with own_axes(ax, (5.6, 3.2)) as axes:
        draw_spaghetti(axes, drawn)
        axes.set_ylim(*value_limits([drawn], 0.15))
        axes.set_xlabel(f"{box['resource']}s that a configuration was trained")
        axes.set_ylabel(str(box["metric"]).replace("_", " "))
        add_legend(axes, spaghetti_handles([drawn]), above=ax is None)
    return axes


def plot_timeline(run: DrawnRun, *, ax: Axes | None = None) -> Axes:
    """What every worker of one run did: training, overhead, work in vain, absence; the rest is idle.

    Workers are rows, from the first at the top; the horizontal axis is simulated seconds. Where there is no
    room for a bar for each interval, cells show the mixture of what is in them.

    Args:
        run: a result of `simdyhpo.simulate`; of a stored run, `simdyhpo trace export --timeline` draws it.
        ax: see `plot_anytime`.

    Raises:
        SimdyhpoError: it is no run, or what its workers did isn't kept.
    """
    run = only_run(run)
    spans = getattr(run, "spans", None)
    if spans is None:
        raise SimdyhpoError(
            f"{run.spec.title}: what its workers did isn't kept here; `simdyhpo trace export --timeline` can "
            "make it again"
        )
    workers = run.spec.workers
    with own_axes(ax, (8.0, min(1.6 + 0.16 * workers, 5.6))) as axes:
        draw_workers(axes, spans, workers=workers, length_ns=run.end_ns)
        axes.set_title(run.spec.title)
        seen = [kind for kind, one in spans.items() if len(one.worker)]
        add_legend(axes, timeline_handles(seen), above=ax is None)
    return axes


def _steps(methods: Methods, over: Over, measure: Measure) -> dict[str, list[RunSteps]]:
    if over not in _AXIS_WORDS:
        raise UnknownNameError("axis", str(over), _AXIS_WORDS)
    tables = {table_of(run) for runs in methods.values() for run in runs}
    if over == "seconds" and len(tables) > 1:
        raise SimdyhpoError(
            f"seconds of {len(tables)} tables can't be mixed: choose one with blackbox=NAME, or over='epochs'"
        )
    return {label: [_run_steps(run, over, measure) for run in runs] for label, runs in methods.items()}


def _run_steps(run: DrawnRun, over: Axis, measure: Measure) -> RunSteps:
    plain = measure == NORMALISED or (measure.unit == "absolute" and measure.score is None)
    scale = measure.described(run.spec.blackbox) if plain else measure.on(run.table)
    path = run.trajectory
    regrets = scale.regrets(path["value"], path["configuration"])
    return RunSteps(table_of(run), regret_steps(path.assign(regret=regrets), over), scale.none)


def _check_several(methods: Methods, what: str) -> None:
    if len(methods) < 2:
        raise SimdyhpoError(f"{what} need at least two methods; there is only {next(iter(methods))!r}")


def _where(methods: Methods) -> str:
    """The table, if it is one, or how many; and the workers, if all have as many."""
    runs = [run for mine in methods.values() for run in mine]
    tables, workers = {table_of(run) for run in runs}, {run.spec.workers for run in runs}
    where = tables.pop() if len(tables) == 1 else f"{len(tables)} tables"
    count = workers.pop()
    return where if workers else f"{where}, {count:,} worker{'' if count == 1 else 's'}"


def _x_label(methods: Methods, over: Over) -> str:
    return _AXIS_WORDS[over].format(resource=same_of_all(methods, "resource") or "epoch")


def _regret_label(methods: Methods, measure: Measure) -> str:
    metric = same_of_all(methods, "metric")
    return measure.label([metric] if metric else [])
