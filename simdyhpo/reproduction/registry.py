"""Every figure by name: the study it is drawn from, and what draws it. One literal table."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

from simdyhpo.analysis.measures import Measure
from simdyhpo.errors import SimdyhpoError, UnknownNameError
from simdyhpo.reproduction.quick import QUICK

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
        measure: what its regrets are of, and in which unit.
    """

    study: str
    title: str
    source: str
    function: str
    labels: tuple[str, ...] = ()
    measure: Measure = Measure()

    def measured(self, instead: Mapping[str, str]) -> Measure:
        """What its regrets are of, where some of that is asked for otherwise."""
        return msgspec.structs.replace(self.measure, **instead)

    def draw(self, data: FigureData, instead: Mapping[str, str] = MappingProxyType({})) -> Figure:
        """Draw it.

        Args:
            data: the study's runs.
            instead: fields of a `Measure` that take the place of its own.

        Raises:
            SimdyhpoError: the study has nothing to draw it from.
        """
        module, _, name = self.function.partition(":")
        function: Any = getattr(importlib.import_module(f"{_HERE}.{module}"), name)
        mine = data.by(self.measured(instead))
        figure: Figure = function(mine.only(self.labels) if self.labels else mine)
        return figure


_ABLATED = ("dyhpo-p0", "no-curve-p0", "gp-p0", "random-searcher-p0", "asha", "random")

ABSOLUTE = Measure(unit="absolute")
"""The unit of the paper's curves over epochs, as far as can be told."""
ACCURACY = Measure(unit="absolute", score="validation_balanced_accuracy")
"""The paper's metric on LCBench, of which final values are measured."""
ACCURACY_SHARE = Measure(score="validation_balanced_accuracy")
"""The same in the unit of the paper's curves over time."""
ROBUST = Measure(reference="quantile:0.95")
"""A few networks diverge, so that shares of the distance to the worst loss say little."""


SHARE = Measure()
"""Of the distance from the best to the worst."""


def _spec(study: str, title: str, source: str, function: str, measure: Measure = SHARE) -> FigureSpec:
    return FigureSpec(study, title, source, function, measure=measure)


FIGURES: Mapping[str, FigureSpec] = {
    "lcbench-epochs": _spec(
        "lcbench", "Regret and rank over epochs, cross-entropy", PAPER, "anytime:over_epochs", ABSOLUTE
    ),
    "lcbench-accuracy": _spec(
        "lcbench", "The same in balanced accuracy", PAPER, "anytime:over_epochs", ACCURACY
    ),
    "lcbench-time": _spec(
        "lcbench", "Regret and rank over time, balanced accuracy", PAPER, "anytime:over_time", ACCURACY_SHARE
    ),
    "lcbench-cd": _spec(
        "lcbench", "Critical differences", PAPER, "comparisons:critical_differences", ABSOLUTE
    ),
    "lcbench-datasets": _spec("lcbench", "Regret by data set", PAPER, "anytime:by_blackbox", ABSOLUTE),
    "lcbench-efficiency": _spec("lcbench", "Which configurations it trains", PAPER, "choices:efficient"),
    "lcbench-heatmap": _spec(
        "lcbench", "Final regret by data set", OURS, "comparisons:final_regrets", ROBUST
    ),
    "lcbench-ecdf": _spec("lcbench", "Targets reached", OURS, "anytime:targets", ROBUST),
    "lcbench-floor": _spec("lcbench", "Gap to the hindsight bound", OURS, "anytime:gap_to_floor", ROBUST),
    "lcbench-decisions": _spec("lcbench", "Which decision when", OURS, "choices:decisions"),
    "lcbench-curves": _spec("lcbench", "Learning curves and promotions", OURS, "choices:spaghetti"),
    "taskset-epochs": _spec("taskset", "Regret and rank over steps", PAPER, "anytime:over_epochs", ABSOLUTE),
    "taskset-time": _spec("taskset", "Regret and rank over time", PAPER, "anytime:over_time"),
    "taskset-cd": _spec(
        "taskset", "Critical differences", PAPER, "comparisons:critical_differences", ABSOLUTE
    ),
    "taskset-datasets": _spec("taskset", "Regret by data set", PAPER, "anytime:by_blackbox", ABSOLUTE),
    "taskset-heatmap": _spec("taskset", "Final regret by data set", OURS, "comparisons:final_regrets"),
    "ablation-epochs": FigureSpec(
        "ablation", "DyHPO without its curve branch", PAPER, "anytime:over_epochs", _ABLATED, ABSOLUTE
    ),
    "ablation-datasets": FigureSpec(
        "ablation", "The same by data set", PAPER, "anytime:by_blackbox", _ABLATED, ABSOLUTE
    ),
    "probability-sh": _spec(
        "probability_sh", "Final regret and decisions by probability_sh", SYNE_TUNE, "comparisons:swept"
    ),
    "probability-sh-time": _spec(
        "probability_sh", "Regret over time, 4 workers", SYNE_TUNE, "anytime:over_time"
    ),
    "workers": _spec("workers", "What more workers cost and gain", OURS, "comparisons:workers"),
    "taskset-untrained-epochs": _spec(
        "taskset-untrained", "TaskSet with the untrained point", OURS, "anytime:over_epochs", ABSOLUTE
    ),
    "yahpo-lcbench-epochs": _spec(
        "yahpo-lcbench", "Regret and rank on LCBench's surrogate", PAPER, "anytime:over_epochs", ABSOLUTE
    ),
}
"""In the order in which they are listed and drawn."""


def chosen(name: str, *, quick: bool = False) -> dict[str, FigureSpec]:
    """The figures that a name stands for: one, those of a study, or all.

    Args:
        name: of a figure or a study, or "all".
        quick: whether small versions are wanted; "all" is then all that have one.

    Raises:
        UnknownNameError: it stands for none.
        SimdyhpoError: it has no small version.
    """
    if name == ALL:
        return {figure: spec for figure, spec in FIGURES.items() if spec.study in QUICK or not quick}
    found = _named(name)
    if quick and not {spec.study for spec in found.values()} <= set(QUICK):
        raise SimdyhpoError(
            f"{name}: has no small version, since its tables aren't shipped; make them, then say --full "
            "(experiments/README.md has the commands)"
        )
    return found


def _named(name: str) -> dict[str, FigureSpec]:
    if name in FIGURES:
        return {name: FIGURES[name]}
    found = {figure: spec for figure, spec in FIGURES.items() if spec.study == name}
    if not found:
        raise UnknownNameError(
            "figure", name, [ALL, *FIGURES, *studies()], "`simdyhpo reproduce list` lists them"
        )
    return found


def studies() -> list[str]:
    """The studies that figures are drawn from."""
    return list(dict.fromkeys(spec.study for spec in FIGURES.values()))
