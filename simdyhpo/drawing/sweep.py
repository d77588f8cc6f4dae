"""One option, several values: final regret and the kinds of decisions, side by side."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from simdyhpo.catalog.entry import LineStyle
from simdyhpo.drawing.canvas import house_style
from simdyhpo.drawing.caption import add_caption
from simdyhpo.drawing.labels import along_axis, spread
from simdyhpo.drawing.log_axis import label_ticks, log_limits
from simdyhpo.drawing.style import DECISIONS, MEAN_COLOUR, PANEL_INCHES, PART_COLOUR, line_styles

_WIDTHS = (1.15, 1.0)  # of the panels: the left one has its labels inside its share
_LABEL_SIZE = 7.5
_LABEL_INCHES = 0.14  # from one label to the next
_NOTE_CHARACTERS = 160  # on a line as wide as the figure
_MARKERS = "osD^vP*X"
_WIDE = 50
"""Positive values whose largest is so many times the smallest stand on a logarithmic axis."""


class _Axis(msgspec.Struct, frozen=True):
    """Where an option's values stand: numbers at themselves, anything else at 0, 1, 2 and so on.

    Attributes:
        places: (values,) in the order of the values.
        order: (values,) which comes first, second, ... from the left.
        names: of the ticks; none where the axis is one of numbers.
        logarithmic: whether that axis is.
    """

    places: npt.NDArray[np.float64]
    order: npt.NDArray[np.intp]
    names: Sequence[str] = ()
    logarithmic: bool = False

    @classmethod
    def of(cls, values: Sequence[str]) -> _Axis:
        """The axis for values as they are written."""
        numbers = [_number(value) for value in values]
        if len(set(numbers)) < len(values) or len(values) < 2 or not np.isfinite(numbers).all():
            count = len(values)
            return cls(np.arange(count, dtype=np.float64), np.arange(count), values)
        places = np.array(numbers)
        wide = places.min() > 0 and places.max() >= _WIDE * places.min()
        return cls(places, np.argsort(places), (), bool(wide))

    def apart(self, count: int) -> npt.NDArray[np.float64]:
        """How far aside each of `count` coinciding marks is drawn: less than values are from each other."""
        least = float(np.diff(self.places[self.order]).min()) if self.places.size > 1 else 1.0
        step = 0.0 if self.logarithmic else least * min(0.05, 0.4 / max(count, 1))
        return step * (np.arange(count) - (count - 1) / 2)

    def dress(self, axes: Axes, option: str) -> None:
        """Set the horizontal axis up."""
        axes.set_xlabel(option)
        first, last = self.places[self.order[[0, -1]]]
        if self.names:
            axes.set_xlim(first - 0.5, last + 0.5)
            _name_values(axes, self.names)
            return
        subs = (1.0, 2.0, 5.0) if last < 1000 * first else (1.0,)
        if self.logarithmic:
            axes.set_xscale("log")
            margin = (last / first) ** 0.04
            axes.set_xlim(first / margin, last * margin)
            ticks = LogLocator(subs=subs).tick_values(first, last)
        else:
            margin = 0.04 * (last - first)
            axes.set_xlim(first - margin, last + margin)
            ticks = MaxNLocator(5).tick_values(first, last)
        low, high = axes.get_xlim()
        shown = [float(tick) for tick in ticks if low <= tick <= high]
        axes.set_xticks(shown, [f"{tick:.6g}" for tick in shown])
        axes.xaxis.set_minor_locator(NullLocator())


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return math.nan


class _Label(msgspec.Struct, frozen=True):
    """A text to stand right of the axes, and the point (position, regret) that it names."""

    text: str
    point: tuple[float, float]
    colour: str


_LABEL = "normalised regret"
_ABOUT = "Regret: 0 is a blackbox's best value, 1 its worst."


def sweep_figure(  # noqa: PLR0913 - data, and the words of a figure
    summary: pd.DataFrame,
    by_blackbox: pd.DataFrame,
    *,
    option: str,
    note: str = "",
    label: str = _LABEL,
    about: str = _ABOUT,
    titled: bool = True,
) -> Figure:
    """Regret against the option's values on the left, shares of decisions on the right, small print below.

    Args:
        summary: as `simdyhpo.analysis.sweep.sweep_summary` returns it, at least one value.
        by_blackbox: as `sweep_by_blackbox` returns it for the same runs.
        option: the option's name.
        note: further small print.
        label: of the axis of regret, with its unit; see `simdyhpo.analysis.measures.Measure.label`.
        about: what the small print says of it; see `Measure.words`.
        titled: how the rival is named; see `line_styles`.
    """
    width, height = PANEL_INCHES
    labels = len(by_blackbox["blackbox"].unique()) + 2
    height = max(height, 0.5 + labels * _LABEL_INCHES)
    gap = _LABEL_INCHES / (height - 0.5)  # titles and ticks take about half an inch
    with house_style():
        figure = Figure(figsize=(2 * width, height + 0.9), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=_WIDTHS)
        draw_regrets(left, summary, by_blackbox, option, label_gap=gap, label=label, titled=titled)
        draw_shares(right, summary, option)
        words = _small_print(summary, by_blackbox, about, titled=titled)
        lines = [*textwrap.wrap(words, _NOTE_CHARACTERS), *note.splitlines()]
        add_caption(figure, f"{words}\n{note}".strip(), lines)
    return figure


def draw_regrets(  # noqa: PLR0913 - data, and the words of an axis
    axes: Axes,
    summary: pd.DataFrame,
    by_blackbox: pd.DataFrame,
    option: str,
    *,
    label_gap: float = 0.06,
    label: str = _LABEL,
    titled: bool = True,
) -> None:
    """Mean final regret with intervals on a logarithmic axis, the rival across, each blackbox in grey.

    Numbers stand at themselves, other values at 0, 1, 2 and so on. As in anytime panels, a mean of zero lies
    on the bottom, whose tick then says 0; an interval that reaches zero ends there. With one blackbox there
    is no grey line: it would be the mean itself.

    Args:
        axes: empty axes; matplotlib's settings should be `house_style`'s.
        summary: see `sweep_figure`.
        by_blackbox: see `sweep_figure`.
        option: the option's name.
        label_gap: from one label on the right to the next, as a share of the axes' height.
        label: of the vertical axis, see `sweep_figure`.
        titled: see `sweep_figure`.
    """
    values, rivals = summary[~summary["rival"]], summary[summary["rival"]]
    blackboxes = dict(list(by_blackbox[~by_blackbox["rival"]].groupby("blackbox", sort=False)))
    shown = [summary[["regret", "regret_low", "regret_high"]]]
    parts = list(blackboxes.items()) if len(blackboxes) > 1 else []
    shown += [part[["regret"]] for _, part in parts]
    bottom, top = log_limits(shown)
    along = _Axis.of(values["value"].tolist())
    order, places = along.order, along.places[along.order]
    axes.set_yscale("log")
    axes.set_ylim(bottom, top)
    along.dress(axes, option)
    labels: list[_Label | None] = []
    apart = along.apart(len(parts))
    for index, (name, part) in enumerate(parts):
        regret = np.maximum(part["regret"].to_numpy(dtype=np.float64)[order], bottom)
        marker = _MARKERS[index % len(_MARKERS)]
        axes.plot(
            places + apart[index], regret, marker=marker, color=PART_COLOUR, linewidth=0.8, markersize=3.5,
            markerfacecolor="white", markeredgewidth=0.8, clip_on=False, zorder=2,
        )  # fmt: skip
        labels.append(_last_of(str(name), places + apart[index], regret, PART_COLOUR))
    labels += [_draw_rival(axes, row, bottom, titled=titled) for row in rivals.to_dict("records")]
    regret, low, high = (
        np.maximum(values[name].to_numpy(dtype=np.float64)[order], bottom)
        for name in ("regret", "regret_low", "regret_high")
    )
    # A single run has no interval: its bar then has no length. And rounding may put a bound beyond the mean.
    errors = np.maximum(np.nan_to_num([regret - low, high - regret]), 0)
    axes.errorbar(
        places, regret, yerr=errors, color=MEAN_COLOUR, marker="o", markersize=5, capsize=3,
        elinewidth=1.3, capthick=1.3, clip_on=False, zorder=3,
    )  # fmt: skip
    name = f"mean of {len(blackboxes)}" if parts else "".join(map(str, blackboxes))
    labels.append(_last_of(name, places, regret, MEAN_COLOUR))
    label_ticks(axes.yaxis, has_zero=any((part["regret"] <= 0).any() for part in shown))
    _draw_labels(axes, [label for label in labels if label is not None], label_gap)
    axes.set_ylabel(along_axis(label))
    axes.set_title("Final regret")


def draw_shares(axes: Axes, summary: pd.DataFrame, option: str) -> None:
    """The share of each kind of decision by value, stacked; the legend has the stack's order.

    Areas where values are numbers, so that their axis is the other panel's; else bars.

    Args:
        axes: empty axes; matplotlib's settings should be `house_style`'s.
        summary: see `sweep_figure`. Kinds that only the rival has are not shown, and neither is the rival.
        option: the option's name.
    """
    values = summary[~summary["rival"]]
    along = _Axis.of(values["value"].tolist())
    places = along.places[along.order]
    bottom = np.zeros(len(values))
    handles = []
    for kind, colour in DECISIONS.items():
        if kind.name not in values.columns or not values[kind.name].gt(0).any():
            continue
        share = np.nan_to_num(values[kind.name].to_numpy(dtype=np.float64))[along.order]
        if along.names:
            axes.bar(places, share, 0.78, bottom, color=colour, edgecolor="white", linewidth=0.6)
        else:
            axes.fill_between(places, bottom, bottom + share, color=colour, edgecolor="white", linewidth=0.6)
        handles.append(Patch(facecolor=colour, label=kind.name))
        bottom += share
    axes.set_ylim(0, 1)
    if not along.names:
        axes.vlines(places, 0, 1, color="white", linewidth=0.8)
        axes.grid(visible=False, axis="x")
    along.dress(axes, option)
    axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
    if handles:
        axes.legend(
            handles=handles[::-1], loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=_LABEL_SIZE,
            handlelength=1.0, handleheight=1.0, borderaxespad=0.3,
        )  # fmt: skip
    axes.set_title("Kinds of decisions")


def _draw_rival(axes: Axes, row: Mapping[str, Any], bottom: float, *, titled: bool) -> _Label | None:
    """The rival's mean as a dashed line across, its interval as a band."""
    mean, low, high = row["regret"], row["regret_low"], row["regret_high"]
    style = _rival_style(row["label"], titled=titled)
    if math.isnan(mean):
        return None
    if not math.isnan(low):
        axes.axhspan(
            max(low, bottom), max(high, bottom), color=style.colour, alpha=0.13, linewidth=0, zorder=1
        )
    mean = max(mean, bottom)
    axes.axhline(mean, color=style.colour, dashes=(4, 2), linewidth=1.3, zorder=1.8)
    return _Label(style.title, (axes.get_xlim()[1], mean), style.colour)


def _rival_style(label: str, *, titled: bool) -> LineStyle:
    return line_styles([label], titled=titled)[label]


def _last_of(
    text: str, places: npt.NDArray[np.float64], regrets: npt.NDArray[np.float64], colour: str
) -> _Label | None:
    """A label for the last point that there is."""
    known = np.flatnonzero(np.isfinite(regrets))
    if not known.size:
        return None
    return _Label(text, (float(places[known[-1]]), float(regrets[known[-1]])), colour)


def _draw_labels(axes: Axes, labels: Sequence[_Label], gap: float) -> None:
    """Texts right of the axes, each with a thin line to what it names."""
    low, high = np.log(axes.get_ylim())
    wanted = [(math.log(label.point[1]) - low) / (high - low) for label in labels]
    for label, place in zip(labels, spread(wanted, gap), strict=True):
        axes.annotate(
            label.text, label.point, (1.03, float(place)), textcoords="axes fraction", color=label.colour,
            fontsize=_LABEL_SIZE, va="center", annotation_clip=False,
            arrowprops={
                "arrowstyle": "-", "color": label.colour, "linewidth": 0.5,
                "relpos": (0, 0.5), "shrinkA": 1, "shrinkB": 3,
            },
        )  # fmt: skip


def _name_values(axes: Axes, texts: Sequence[str]) -> None:
    """The values as tick labels, slanted where they would touch."""
    slanted = sum(len(text) + 1.5 for text in texts) > 36  # so many characters fit under a panel
    axes.set_xticks(np.arange(len(texts)), texts)
    if slanted:
        for label in axes.get_xticklabels():
            label.set(rotation=40, ha="right", rotation_mode="anchor")
    axes.grid(visible=False, axis="x")
    axes.tick_params(axis="x", length=0)


def _small_print(summary: pd.DataFrame, by_blackbox: pd.DataFrame, about: str, *, titled: bool) -> str:
    values, rivals = summary[~summary["rival"]], summary[summary["rival"]]
    several = len(by_blackbox["blackbox"].unique()) > 1
    interval = "95 % bootstrap interval"
    ranges = " (blackboxes' differences included)" if several else ""
    text = [about]
    bars = f" with its {interval}{ranges}" if values["regret_low"].notna().any() else ""
    means = f"mean over {_runs(values)}{bars}" if values["runs"].max() > 1 else "one run each"
    text.append(f"Points: {means}.")
    if several:
        text.append("Grey: each blackbox's mean.")
    for row in rivals.to_dict("records"):
        band = "" if math.isnan(row["regret_low"]) else "; band: its interval"
        text.append(
            f"Dashed: {_rival_style(row['label'], titled=titled).title}, mean over {_runs(rivals)}{band}."
        )
    text.append(
        "Right: shares of a run's decisions" + (", mean over runs." if means != "one run each" else ".")
    )
    return " ".join(text)


def _runs(rows: pd.DataFrame) -> str:
    """How many runs a mean is over: those with a regret."""
    runs = rows["runs"] - rows["missing"]
    low, high = int(runs.min()), int(runs.max())
    return f"{high} run{'s' * (high != 1)}" if low == high else f"{low} to {high} runs"
