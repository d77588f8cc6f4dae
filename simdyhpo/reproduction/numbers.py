"""The numbers behind a study's figures, and beside the paper's: a frame, and a page of Markdown tables."""

from __future__ import annotations

import math

import pandas as pd

from simdyhpo.analysis.markdown import markdown
from simdyhpo.analysis.marks import FLOOR, log10_regrets
from simdyhpo.analysis.paired import paired_tests
from simdyhpo.analysis.regret_curves import ranks, seed_means
from simdyhpo.analysis.speed_up import speed_ups
from simdyhpo.analysis.statistics import MeanInterval, interquartile_mean
from simdyhpo.analysis.verdicts import LEVEL, nothing_shown
from simdyhpo.drawing.style import known_name
from simdyhpo.reproduction.beside import COMPARISONS, Beside, beside_tables
from simdyhpo.reproduction.comparisons import rank_tests
from simdyhpo.reproduction.data import FigureData
from simdyhpo.reproduction.paper import REACHED, suite_of
from simdyhpo.reproduction.registry import ABSOLUTE
from simdyhpo.studies.far_worst_lines import far_worst_lines

SHARES = (0.1, 0.5, 1.0)
_RIVAL = "asha"
_HEADS = (
    "@: after so many. IQM: interquartile mean over all runs. Area: mean regret over the budget. Both, and\n"
    "time, are of normalised regret. ASHA's end @: when the mean regret is down to ASHA's last one."
)
_ANOTHER_METRIC = (
    "The paper's numbers are of balanced accuracy, so ours can't be held against them: compare the order,\n"
    "and multiples of DyHPO's."
)


def numbers(data: FigureData) -> pd.DataFrame:
    """One row for each variant.

    Args:
        data: of the study, in normalised regret.

    Returns:
        label, name (that figures know it by), title, runs; regret at each share of the epoch budget
        (absolute_0.1, regret_0.1 and so on: in absolute units and normalised, with _low and _high the 95 %
        interval over data sets and seeds), rank at the same shares; iqm (interquartile mean of all runs'
        final regrets); time_0.5, time_1, time_rank_1 (against relative time); area (mean regret over the
        budget); reached and speed_up (epochs until the mean regret is down to ASHA's last one; NaN without
        ASHA); host_seconds (mean of a run).
    """
    over_epochs, over_time = data.mean_regret("epochs"), data.mean_regret("total_seconds")
    absolute = data.by(ABSOLUTE).mean_regret("epochs")
    epoch_ranks = ranks(seed_means(data.runs, data.values("epochs"), data.labels)).mean(axis=0)
    time_ranks = ranks(seed_means(data.runs, data.values("total_seconds"), data.labels)).mean(axis=0)
    rival = _rival(data)
    means = {label: curve.interval.mean for label, curve in over_epochs.items()}
    reached = speed_ups(data.epochs, means, rival).set_index("label") if rival else None
    rows = []
    for place, label in enumerate(data.labels):
        mine = (data.runs["label"] == label).to_numpy()
        row: dict[str, object] = {
            "label": label,
            "name": known_name(label),
            "title": data.styles[label].title,
            "runs": int(mine.sum()),
        }
        interval = over_epochs[label].interval
        for share in SHARES:
            at = _index(share, len(data.epochs))
            row |= _marked(f"absolute_{share:g}", absolute[label].interval, at)
            row |= _marked(f"regret_{share:g}", interval, at)
            row[f"rank_{share:g}"] = epoch_ranks[place, at]
        half, end = (_index(share, len(data.shares)) for share in (0.5, 1.0))
        curve = over_time[label].interval.mean
        row |= {
            "iqm": interquartile_mean(data.values("epochs")[mine, -1]),
            "area": float(interval.mean.mean()),
            "time_0.5": curve[half],
            "time_1": curve[end],
            "time_rank_1": time_ranks[place, end],
            "reached": math.nan if reached is None else float(reached.loc[label, "reached"]),
            "speed_up": math.nan if reached is None else float(reached.loc[label, "speed_up"]),
            "host_seconds": float(data.runs.loc[mine, "host_seconds"].mean()),
        }
        rows.append(row)
    return pd.DataFrame(rows)


def _marked(name: str, interval: MeanInterval, at: int) -> dict[str, object]:
    """A mean at a point, and the bounds of its interval."""
    return {name: interval.mean[at], f"{name}_low": interval.low[at], f"{name}_high": interval.high[at]}


def numbers_page(data: FigureData, found: pd.DataFrame, comparisons: pd.DataFrame) -> str:
    """The numbers in words and tables, the paper's beside them where it has any.

    Args:
        data: of the study.
        found: see `numbers`.
        comparisons: see `beside`.
    """
    study = data.plan.study.name
    said = data.by(ABSOLUTE).measure.words(data.metrics, data.resource)
    lines = [f"# {study}", "", *data.caption().splitlines(), "", said, ""]
    lines += [line for line in far_worst_lines(data.plan.tables.values()) if line]
    lines += ["In brackets: 95 % bootstrap interval over data sets and seeds.", ""]
    lines += ["## Regret and rank", "", *_regret_table(data, found), "", _HEADS, "", *_tests(data)]
    if not comparisons.empty:
        lines += ["", "## Beside the paper", "", *_beside(data, comparisons)]
    return "\n".join(lines) + "\n"


def _regret_table(data: FigureData, found: pd.DataFrame) -> list[str]:
    end = len(data.epochs)
    marks = [_index(share, end) + 1 for share in SHARES]
    head = ["method", *(f"absolute @{epochs}" for epochs in marks)]
    head += [*(f"normalised @{epochs}" for epochs in marks), f"IQM @{end}", "area", f"rank @{end}"]
    head += ["time 0.5", "time 1.0", "rank, time 1.0", "ASHA's end @", "host s a run"]
    table = [head]
    table += [
        [
            row["title"],
            *(_interval(row, f"{unit}_{share:g}") for unit in ("absolute", "regret") for share in SHARES),
            f"{row['iqm']:.4f}",
            f"{row['area']:.4f}",
            f"{row['rank_1']:.2f}",
            f"{row['time_0.5']:.4f}",
            f"{row['time_1']:.4f}",
            f"{row['time_rank_1']:.2f}",
            _count(row["reached"]),
            f"{row['host_seconds']:.3g}",
        ]
        for row in found.to_dict("records")
    ]
    return markdown(table)


def _tests(data: FigureData) -> list[str]:
    """Friedman's test, and paired tests against ASHA (or the first variant)."""
    lines = []
    for title, test in rank_tests(data).items():
        p = "not made" if math.isnan(test.p) else f"p = {test.p:.2g}"
        lines.append(
            f"{title}: Friedman's test {p}; critical difference of mean ranks {test.critical_difference:.2f}."
        )
    rival = _rival(data) or data.labels[0]
    rows = data.runs.assign(log10_regret=log10_regrets(data.values("epochs")[:, -1]))
    others = [label for label in data.labels if label != rival]
    tests = paired_tests(rows, others, rival, "log10_regret")
    table = [["method", "pairs", f"log10 of final regret against {data.styles[rival].title}", "p (Holm)"]]
    for row in tests.to_dict("records"):
        interval = f"{row['difference']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}]"
        p = "< 0.001" if row["p_holm"] < 0.001 else f"{row['p_holm']:.3f}"
        table.append([data.styles[row["label"]].title, str(row["pairs"]), interval, p])
    words = (
        f"Paired by data set and seed; regrets below {FLOOR:g} count as it; negative is better. Wilcoxon's "
        "signed-rank test, Holm's correction."
    )
    if not (tests["p_holm"] < LEVEL).any():
        runs, pairs = int((rows["label"] == rival).sum()), int(tests["pairs"].sum())
        words += f" {nothing_shown(tests['p_least_holm'], data.styles[rival].title, runs=runs, pairs=pairs)}"
    return [*lines, "", *markdown(table), "", words]


def _beside(data: FigureData, comparisons: pd.DataFrame) -> list[str]:
    """Ours and the paper's, method by method; those that only one of us has are there, too."""
    study, lines = data.plan.study.name, []
    tables = beside_tables(comparisons)
    for one in COMPARISONS[study]:
        measured = data.by(one.measure)
        lines += [f"### {measured.regret_label.capitalize()}, over {_axis(data, one)}", ""]
        lines += [one.measure.words(data.metrics, data.resource), ""]
        if not one.comparable:
            lines += [_ANOTHER_METRIC, ""]
        lines += [*tables[one.name], ""]
        if one.axis == "epochs":
            lines += [_reached(measured, REACHED[suite_of(study)]), ""]
    return lines[:-1]


def _axis(data: FigureData, one: Beside) -> str:
    return f"{data.resource}s" if one.axis == "epochs" else f"time, in units of the {data.unit_words}"


def _reached(data: FigureData, published: int) -> str:
    rival, mine = _rival(data), next((one for one in data.labels if known_name(one) == "dyhpo-p0"), None)
    if rival is None or mine is None:
        return "Without DyHPO or ASHA there is nothing to say of when one is down to the other's regret."
    means = {label: curve.interval.mean for label, curve in data.mean_regret("epochs").items()}
    reached = speed_ups(data.epochs, means, rival).set_index("label").loc[mine, "reached"]
    words = f"DyHPO's mean regret is down to ASHA's last one after {_count(reached) or 'none'} of the"
    return f"{words} {data.resource}s; the paper's after about {published}."


def _rival(data: FigureData) -> str | None:
    return next((label for label in data.labels if known_name(label) == _RIVAL), None)


def _index(share: float, points: int) -> int:
    return max(round(share * points), 1) - 1


def _interval(row: dict[str, float], name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    if math.isnan(low):
        return f"{row[name]:.4f}"
    return f"{row[name]:.4f} [{low:.4f}, {high:.4f}]"


def _count(number: float) -> str:
    return "" if math.isnan(number) else f"{number:.0f}"
