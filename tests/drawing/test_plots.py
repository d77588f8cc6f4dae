"""Plots from Python: what is on the axes, on whose axes, and what is said where there is nothing to draw."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

import simdyhpo
from simdyhpo.analysis.measures import ABSOLUTE
from simdyhpo.errors import SimdyhpoError
from simdyhpo.testing.tables import noisy
from tests.making import table

SMALL = table([[0.9, 0.5, 0.4], [0.8, 0.7, 0.6], [1.0, 0.2, 0.1]], name="small")
OTHER = table([[0.3, 0.2, 0.1], [0.8, 0.6, 0.5], [1.0, 0.9, 0.8]], name="other")


@pytest.fixture(autouse=True)
def without_windows():
    with mpl.rc_context({"backend": "agg"}):
        yield
    plt.close("all")


def runs(scheduler, seeds=2, tables=(SMALL,), **settings):
    settings = {"max_epochs": 9} | settings
    return [
        simdyhpo.simulate(one, scheduler, seed=seed, **settings) for one in tables for seed in range(seeds)
    ]


def titles(legend):
    return [text.get_text() for text in legend.get_texts()]


def test_regret_is_the_mean_over_runs_from_the_first_report_to_the_last():
    mine = runs("random")
    axes = simdyhpo.plot_anytime(mine)
    (line,) = [one for one in axes.lines if one.get_drawstyle() == "steps-post"]
    assert line.get_xdata()[-1] == 9
    first = np.mean([one.trajectory["regret"].iloc[0] for one in mine])
    assert line.get_ydata()[0] == pytest.approx(first)
    assert (axes.get_title(loc="left"), axes.get_xlabel()) == ("small, 1 worker", "epochs trained")
    (legend,) = axes.figure.legends
    assert titles(legend) == ["random"]


def test_methods_are_told_apart_by_scheduler_and_options_in_the_legends_order():
    asha = [runs("asha", options={"reduction_factor": factor}) for factor in (2, 3)]
    axes = simdyhpo.plot_anytime([*runs("random"), *asha[0], *asha[1]], blackbox="small")
    assert titles(axes.figure.legends[0]) == [
        "random",
        "asha,reduction_factor=2",
        "asha,reduction_factor=3",
    ]
    named = simdyhpo.plot_anytime({"mine": asha[0], "theirs": runs("random")[0]}, measure=ABSOLUTE)
    assert titles(named.figure.legends[0]) == ["mine", "theirs"]
    assert named.get_ylabel() == "absolute regret, metric"


def test_methods_stand_in_the_order_in_which_the_user_named_them():
    methods = {name: runs(name, tables=(SMALL, OTHER)) for name in ("random", "hyperband", "asha")}
    for draw in (simdyhpo.plot_anytime, simdyhpo.plot_ranks):
        assert titles(draw(methods).figure.legends[0]) == [*methods]
    lanes = simdyhpo.plot_decisions(methods).get_yticklabels()
    assert [text.get_text() for text in lanes] == [*methods]
    compared = simdyhpo.compare(["random", "asha"], blackboxes=[SMALL], seeds=1, max_epochs=9, jobs=1)
    assert titles(compared.plot().figure.legends[0]) == ["random", "asha"]


def test_a_mean_over_tables_counts_tables_alike():
    few, many = runs("random", seeds=1), runs("random", seeds=3, tables=[OTHER])
    axes = simdyhpo.plot_anytime({"mine": few + many})
    (line,) = [one for one in axes.lines if one.get_drawstyle() == "steps-post"]
    ends = [np.mean([one.regret for one in some]) for some in (few, many)]
    assert line.get_ydata()[-1] == pytest.approx(max(np.mean(ends), axes.get_ylim()[0]))
    assert axes.get_title(loc="left") == "2 tables, 1 worker"


def test_ranks_and_the_critical_difference():
    methods = {name: runs(name, tables=(SMALL, OTHER)) for name in ("asha", "random")}
    ranks = simdyhpo.plot_ranks(methods)
    assert ranks.yaxis_inverted()
    for one in ranks.lines:
        assert 1 <= np.min(one.get_ydata()) <= np.max(one.get_ydata()) <= 2
    assert "2 tables" in simdyhpo.plot_critical_difference(methods).get_title(loc="left")


def test_each_kind_of_plot_is_drawn_on_the_callers_axes():
    result = simdyhpo.simulate(noisy(), "asha", workers=3, max_epochs=60, cluster="flaky")
    for kind in ("anytime", "decisions", "curves", "timeline"):
        axes = Figure().subplots()
        assert result.plot(kind, ax=axes) is axes
        assert axes.has_data()
        assert axes.get_legend() is not None
        assert not axes.figure.legends
    assert not plt.get_fignums()


def test_a_new_figure_is_pyplots_and_the_users_settings_stay():
    with mpl.rc_context({"lines.linewidth": 9}):
        axes = runs("asha", seeds=1)[0].plot("curves")
        assert mpl.rcParams["lines.linewidth"] == 9
    assert plt.gcf() is axes.figure


def test_decisions_of_several_methods_have_a_lane_each():
    axes = simdyhpo.plot_decisions({"mine": runs("asha"), "theirs": runs("random")})
    assert [text.get_text() for text in axes.get_yticklabels()] == ["mine", "theirs"]
    assert titles(axes.figure.legends[0]) == ["START_RANDOM", "PROMOTE_RUNG"]


def test_a_run_without_a_finite_report():
    nothing = table([[np.nan, np.nan, 1.0]], name="nothing")
    (result,) = runs("random", seeds=1, tables=[nothing], max_epochs=2)
    for kind in ("anytime", "curves"):
        with pytest.raises(SimdyhpoError, match="finite report"):
            result.plot(kind)
    assert result.plot("decisions").has_data()


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (lambda: simdyhpo.plot_anytime([]), "there is no run to draw"),
        (lambda: simdyhpo.plot_anytime([3]), "3 is no run"),
        (lambda: simdyhpo.plot_curves(runs("asha")), "is no run"),
        (lambda: simdyhpo.plot_anytime(runs("asha"), blackbox="none"), "no run on table 'none'"),
        (lambda: simdyhpo.plot_anytime(runs("asha"), over="epoch"), "'epochs'"),
        (lambda: simdyhpo.plot_anytime(runs("asha", tables=(SMALL, OTHER)), over="seconds"), "blackbox=NAME"),
        (lambda: simdyhpo.plot_anytime(runs("asha") + runs("random", tables=[OTHER])), "the same tables"),
        (lambda: simdyhpo.plot_ranks(runs("asha")), "at least two methods"),
        (lambda: runs("asha")[0].plot("curve"), "'curves'"),
        (lambda: runs("asha")[0].plot(ax="here"), "axes"),
    ],
)
def test_what_cant_be_drawn_is_said(draw, said):
    with pytest.raises(SimdyhpoError, match=said):
        draw()
