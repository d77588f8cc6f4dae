"""Every figure by name: the study it is drawn from, and what draws it. One literal table."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from simdyhpo.errors import UnknownNameError

if TYPE_CHECKING:
    from simdyhpo.drawing.canvas import Figure
    from simdyhpo.reproduction.data import FigureData

_HERE = "simdyhpo.reproduction"
ALL = "all"

PAPER = "arXiv 2202.09774"
SYNE_TUNE = "Syne Tune's study"
OURS = "ours"


class FigureSpec(msgspec.Struct, frozen=True):
    """One figure.

    Attributes:
        study: the shipped study whose cells it needs.
        title: what it shows.
        source: whose figure it is: the paper's, Syne Tune's study's, or ours.
        function: `module:function` in `simdyhpo.reproduction`: from data to figure.
        labels: the only variants to be drawn; all if empty.
    """

    study: str
    title: str
    source: str
    function: str
    labels: tuple[str, ...] = ()

    def draw(self, data: FigureData) -> Figure:
        """Draw it.

        Raises:
            SimdyhpoError: the study has nothing to draw it from.
        """
        module, _, name = self.function.partition(":")
        function: Any = getattr(importlib.import_module(f"{_HERE}.{module}"), name)
        figure: Figure = function(data.only(self.labels) if self.labels else data)
        return figure


_ABLATED = ("dyhpo-p0", "no-curve-p0", "gp-p0", "random-searcher-p0", "asha", "random")

FIGURES: Mapping[str, FigureSpec] = {
    "lcbench-epochs": FigureSpec("lcbench", "Regret and rank over epochs", PAPER, "anytime:over_epochs"),
    "lcbench-time": FigureSpec("lcbench", "Regret and rank over time", PAPER, "anytime:over_time"),
    "lcbench-cd": FigureSpec("lcbench", "Critical differences", PAPER, "comparisons:critical_differences"),
    "lcbench-datasets": FigureSpec("lcbench", "Regret by data set", PAPER, "anytime:by_blackbox"),
    "lcbench-efficiency": FigureSpec("lcbench", "Which configurations it trains", PAPER, "choices:efficient"),
    "lcbench-heatmap": FigureSpec("lcbench", "Final regret by data set", OURS, "comparisons:final_regrets"),
    "lcbench-ecdf": FigureSpec("lcbench", "Targets reached", OURS, "anytime:targets"),
    "lcbench-floor": FigureSpec("lcbench", "Gap to the hindsight bound", OURS, "anytime:gap_to_floor"),
    "lcbench-decisions": FigureSpec("lcbench", "Which decision when", OURS, "choices:decisions"),
    "lcbench-curves": FigureSpec("lcbench", "Learning curves and promotions", OURS, "choices:spaghetti"),
    "taskset-epochs": FigureSpec("taskset", "Regret and rank over steps", PAPER, "anytime:over_epochs"),
    "taskset-time": FigureSpec("taskset", "Regret and rank over time", PAPER, "anytime:over_time"),
    "taskset-cd": FigureSpec("taskset", "Critical differences", PAPER, "comparisons:critical_differences"),
    "taskset-datasets": FigureSpec("taskset", "Regret by data set", PAPER, "anytime:by_blackbox"),
    "taskset-heatmap": FigureSpec("taskset", "Final regret by data set", OURS, "comparisons:final_regrets"),
    "ablation-epochs": FigureSpec(
        "ablation", "DyHPO without its curve branch", PAPER, "anytime:over_epochs", _ABLATED
    ),
    "ablation-datasets": FigureSpec(
        "ablation", "The same by data set", PAPER, "anytime:by_blackbox", _ABLATED
    ),
    "probability-sh": FigureSpec(
        "probability_sh", "Final regret and decisions by probability_sh", SYNE_TUNE, "comparisons:swept"
    ),
    "probability-sh-time": FigureSpec(
        "probability_sh", "Regret over time, 4 workers", SYNE_TUNE, "anytime:over_time"
    ),
    "workers": FigureSpec("workers", "What more workers cost and gain", OURS, "comparisons:workers"),
}
"""In the order in which they are listed and drawn."""


def chosen(name: str) -> dict[str, FigureSpec]:
    """The figures that a name stands for: one, those of a study, or all.

    Raises:
        UnknownNameError: it stands for none.
    """
    if name == ALL:
        return dict(FIGURES)
    if name in FIGURES:
        return {name: FIGURES[name]}
    found = {figure: spec for figure, spec in FIGURES.items() if spec.study == name}
    if not found:
        raise UnknownNameError("figure", name, [ALL, *FIGURES, *studies()], "`simdyhpo reproduce list`")
    return found


def studies() -> list[str]:
    """The studies that figures are drawn from."""
    return list(dict.fromkeys(spec.study for spec in FIGURES.values()))
