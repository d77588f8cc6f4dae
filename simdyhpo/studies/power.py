"""With what number of seeds and data sets a study's conclusions hold: a frame, and its words."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from simdyhpo.analysis.counted_rows import counted_rows
from simdyhpo.analysis.markdown import markdown
from simdyhpo.analysis.measures import Measure
from simdyhpo.analysis.order_flips import PairedRuns, order_flips, share_words
from simdyhpo.analysis.paired import paired_runs
from simdyhpo.analysis.power import POWER, smallest_shown, spread
from simdyhpo.analysis.verdicts import LEVEL
from simdyhpo.studies.plan import Plan
from simdyhpo.studies.spec import IDEAL, Study

COLUMN = "regret_1"
"""What is compared: the final regret, whose mean over data sets is what studies report."""


def study_power(
    study: Study,
    rows: pd.DataFrame,
    baseline: str,
    seeds: Sequence[int],
    data_sets: Sequence[int] = (),
) -> pd.DataFrame:
    """What each number of seeds and data sets would have told, from the cells that are finished.

    Args:
        study: what was asked.
        rows: what came of it, see `simdyhpo.studies.results.collect_measured`.
        baseline: label of the variant that the others are compared with.
        seeds: numbers of them on each data set.
        data_sets: numbers of them; none: a third of those that are there, and all.

    Returns:
        One row for each cluster, number of workers, other label with a pair, number of data sets and of
        seeds: cluster, workers, label, pairs (that are there), difference (mean over data sets of the mean
        over seeds; negative: less than the baseline), between and within (standard deviations, see `Spread`),
        data_sets, seeds, smallest (see `smallest_shown`), flips (see `order_flips`).
    """
    rows = counted_rows(rows)
    found: list[dict[str, object]] = []
    for cluster, workers in itertools.product((one.name for one in study.clusters), study.workers):
        here = rows[(rows["workers"] == workers) & (rows["cluster"] == cluster)]
        for variant in study.variants:
            runs = paired_runs(here, variant.label, baseline, COLUMN)
            if variant.label == baseline or not runs.values.size:
                continue
            place = {"cluster": cluster, "workers": workers, "label": variant.label}
            there = runs.counts.size
            asked = data_sets or dict.fromkeys((max(2, there // 3), there))
            found += [
                place | _told(runs, many, each) for many, each in itertools.product(asked, seeds)
            ]  # fmt: skip
    return pd.DataFrame(found)


def _told(runs: PairedRuns, data_sets: int, seeds: int) -> dict[str, object]:
    found = spread(runs)
    return {
        "pairs": runs.values.size,
        "difference": runs.difference,
        "between": float(np.sqrt(found.between)),
        "within": float(np.sqrt(found.within)),
        "data_sets": data_sets,
        "seeds": seeds,
        "smallest": smallest_shown(found, data_sets, seeds),
        "flips": order_flips(runs, data_sets, seeds),
    }


def power_text(plan: Plan, frame: pd.DataFrame, measure: Measure, baseline: str) -> str:
    """The same in words and tables (Markdown).

    Args:
        plan: the study's.
        frame: see `study_power`.
        measure: that of its rows.
        baseline: as there.
    """
    name = plan.study.name
    if frame.empty:
        return f"No cell of {name!r} has a partner of `{baseline}` on the same blackbox and seed.\n"
    metrics = [table.info.metric for table in plan.tables.values()]
    lines = [
        f"# What the cells of {name} can tell",
        "",
        f"Final {measure.label(metrics)}, paired with `{baseline}` by blackbox and seed.",
        "Spread: the standard deviation of a blackbox's true difference, and of a seed's around it.",
        "Smallest difference shown: the true one that a t test of the blackboxes' means, two-sided at",
        f"{100 * LEVEL:.0f} %, would show in {100 * POWER:.0f} % of such studies; in bold if ours is larger.",
        "Order flips: how often the other would come out ahead if so many blackboxes and seeds were drawn",
        "from these cells.",
    ]
    for (cluster, workers), part in frame.groupby(["cluster", "workers"], sort=False):
        sizes = list(dict.fromkeys(zip(part["data_sets"], part["seeds"], strict=True)))
        crowd = f"{workers} worker{'s' if workers > 1 else ''}"
        crowd += "" if cluster == IDEAL.name else f", {cluster}"
        for title, column in (("Smallest difference shown", "smallest"), ("Order flips", "flips")):
            lines += ["", f"## {title}, {crowd}", "", *_table(part, sizes, column)]
    return "\n".join(lines) + "\n"


def _table(part: pd.DataFrame, sizes: Sequence[tuple[int, int]], column: str) -> list[str]:
    heads = [f"{many} x {each} seed{'s' if each > 1 else ''}" for many, each in sizes]
    table = [["variant", "pairs", "difference", "spread: blackboxes", "seeds", *heads]]
    for label, mine in part.groupby("label", sort=False):
        first = mine.iloc[0]
        row = [str(label), str(first["pairs"]), f"{first['difference']:+.4f}"]
        row += [_number(first["between"]), _number(first["within"])]
        numbers = dict(zip(zip(mine["data_sets"], mine["seeds"], strict=True), mine[column], strict=True))
        for size in sizes:
            number = numbers.get(size, float("nan"))
            if column == "flips":
                row.append(share_words(number))
            else:
                words = _number(number)
                row.append(f"**{words}**" if number < abs(first["difference"]) else words)
        table.append(row)
    return markdown(table)


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.4f}"
