"""A study's results in words and tables (Markdown)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from simdyhpo.analysis.counted_rows import counted_rows
from simdyhpo.analysis.markdown import markdown
from simdyhpo.analysis.marks import FLOOR, SHARES
from simdyhpo.analysis.mean_ranks import mean_ranks
from simdyhpo.analysis.measures import NORMALISED, Measure
from simdyhpo.analysis.order_flips import order_flips, share_words
from simdyhpo.analysis.paired import paired_differences, paired_runs, paired_tests
from simdyhpo.analysis.statistics import bootstrap_mean
from simdyhpo.analysis.verdicts import LEVEL, nothing_shown, verdict
from simdyhpo.simulation.ledger import ACCOUNTS
from simdyhpo.studies.bound import study_bounds
from simdyhpo.studies.exhausted import exhausted_lines
from simdyhpo.studies.far_worst_lines import far_worst_lines
from simdyhpo.studies.spec import IDEAL, Study
from simdyhpo.tables.blackboxes import cautions, describe
from simdyhpo.tables.curves import CurveTable

_MOST_COLUMNS = 6
"""With more blackboxes than this, they are rows."""


def report(
    study: Study,
    rows: pd.DataFrame,
    baseline: str,
    tables: Mapping[str, CurveTable] | None = None,
    measured: Mapping[Measure, pd.DataFrame] | None = None,
) -> str:
    """Final regret by blackbox, regret over the budget, differences to a baseline; by number of workers.

    Args:
        study: what was asked.
        rows: what came of it, see `collect`.
        baseline: label of the variant that the others are compared with.
        tables: the blackboxes by name, for the hindsight bound and the metric's name; without them, there is
            neither.
        measured: the same rows in each measure that is to be shown, the one in which variants are compared
            first; see `collect_measured`. Without it, regret is normalised.

    Raises:
        BoundError: a run is better than hindsight.
    """
    shown = {measure: counted_rows(part) for measure, part in (measured or {NORMALISED: rows}).items()}
    first, tables = next(iter(shown)), tables or {}
    planned, rows = len(study.cells()), counted_rows(rows)
    metrics = [table.info.metric for table in tables.values()]
    bounds = {measure: study_bounds(study, rows, tables, measure) for measure in shown}
    lines = [f"# {study.name}", ""]
    if study.question:
        lines += [study.question, ""]
    lines += [
        f"{len(rows)} of {planned} cells. Budget of each: {study.budget.words}.",
        f"Workers: {_numbers(study.workers)}. Seeds: {study.seed_words}.",
        *(measure.words(metrics) for measure in shown),
        "As long as a run has no incumbent, its regret counts as that of the table's worst.",
        "In brackets: 95 % bootstrap interval of the mean.",
        f"Differences are to `{baseline}`, paired by blackbox and seed; negative: better than it.",
        f"In the logarithm, regrets below {FLOOR:g} count as {FLOOR:g}. The area is the mean regret over the",
        "budget; its difference is given as a share of the baseline's.",
        "p: Wilcoxon's signed-rank test of the logarithms, two-sided, with Holm's correction; least p: the",
        f"smallest that it could have been with these pairs. The verdict is at the level of {LEVEL:.0%}.",
        "Intervals and tests speak about further seeds on these blackboxes; about further blackboxes they",
        "are too hopeful: ask `simdyhpo study power`. Order flips: how often the other one would come out",
        "ahead if blackboxes and seeds were drawn anew from these.",
        *cautions(describe(table) for table in tables.values()),
    ]
    lines += [*far_worst_lines(tables.values()), *exhausted_lines(study, rows, tables)]
    for cluster, workers in itertools.product((one.name for one in study.clusters), study.workers):
        group = {
            measure: mine[(mine["workers"] == workers) & (mine["cluster"] == cluster)]
            for measure, mine in shown.items()
        }
        mine = group[first]
        if mine.empty:
            continue
        crowd = f", {workers} worker{'s' if workers > 1 else ''}"
        if len(study.clusters) > 1:
            crowd += f", {cluster}"
        for measure, part in group.items():
            title = f"## Final {measure.label(metrics)}{crowd}"
            lines += ["", title, "", *_final(study, part)]
        for measure, part in group.items():
            title = f"## Over the budget{crowd}: {measure.label(metrics)}, mean over all blackboxes"
            bound = bounds[measure].get((cluster, workers))
            lines += ["", title, "", *_over_budget(study, part, bound)]
        title = f"## Differences to `{baseline}`{crowd}: {first.label(metrics)}"
        lines += ["", title, "", *_differences(study, mine, baseline)]
        if cluster != IDEAL.name:
            lines += ["", f"## Where the workers' time went{crowd}", "", *_accounts(study, mine)]
    return "\n".join(lines) + "\n"


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


def _final(study: Study, rows: pd.DataFrame) -> list[str]:
    """A column for each blackbox, or a row where there are many; the mean over all, and the mean rank.

    For the ranks see `simdyhpo.analysis.mean_ranks`.
    """
    labels = study.labels
    ranks = mean_ranks(rows, labels).mean
    table = [["blackbox", *labels]]
    for name in study.blackboxes:
        mine = rows[rows["blackbox"] == name]
        table.append([name, *(_mean(mine[mine["label"] == label]["regret_1"]) for label in labels)])
    table.append(["mean", *(_plain_mean(rows[rows["label"] == label]["regret_1"]) for label in labels)])
    if len(study.blackboxes) > 1:
        table.append(["mean rank", *(f"{ranks[label]:.2f}" if label in ranks else "" for label in labels)])
    return markdown(table if len(study.blackboxes) > _MOST_COLUMNS else _transposed(table))


def _over_budget(study: Study, rows: pd.DataFrame, bound: Iterable[float] | None) -> list[str]:
    table = [["variant", *(f"regret at {share:.0%}" for share in SHARES), "trials", "ms per decision"]]
    if "calibration_rms" in rows and rows["calibration_rms"].notna().any():
        table[0].append("calibration")
    for variant in study.variants:
        mine = rows[rows["label"] == variant.label]
        if mine.empty:
            continue
        regrets = [f"{mine[f'regret_{share:g}'].mean():.4f}" for share in SHARES]
        cost = 1000 * mine["seconds_per_decision"].mean()
        table.append([variant.label, *regrets, f"{mine['trials'].mean():.0f}", f"{cost:.3g}"])
        if len(table[0]) > len(table[-1]):
            rms = mine["calibration_rms"].dropna()
            table[-1].append(f"{rms.median():.2f}" if len(rms) else "")
    if bound is not None:
        table.append(["hindsight bound", *(f"{regret:.4f}" for regret in bound)])
        table[-1] += [""] * (len(table[0]) - len(table[-1]))
    return markdown(table)


def _accounts(study: Study, rows: pd.DataFrame) -> list[str]:
    """Shares of the workers' time, summed over all runs of a variant, and what failed in each run."""
    table = [["variant", *ACCOUNTS, "retries a run", "failed trials a run"]]
    for variant in study.variants:
        mine = rows[rows["label"] == variant.label]
        if mine.empty:
            continue
        seconds = [mine[f"{account}_seconds"].sum() for account in ACCOUNTS]
        shares = [f"{part / max(sum(seconds), 1e-9):.1%}" for part in seconds]
        counts = [f"{mine[column].mean():.1f}" for column in ("RETRY", "failed_trials")]
        table.append([variant.label, *shares, *counts])
    return markdown(table)


def _differences(study: Study, rows: pd.DataFrame, baseline: str) -> list[str]:
    if not (rows["label"] == baseline).any():
        return [
            f"No cell of `{baseline}` is finished here, so nothing is compared with it.",
            "Another one can be given with --baseline.",
        ]
    others = [label for label in study.labels if label != baseline]
    tests = paired_tests(rows, others, baseline, "log10_regret")
    table = [
        ["variant", "pairs", "final regret", "order flips", "log10 of it", "verdict", "p (Holm)", "least p",
         "area, as a share"]
    ]  # fmt: skip
    for label, p, least in zip(others, tests["p_holm"], tests["p_least_holm"], strict=True):
        plain = paired_differences(rows, label, baseline, "regret_1").values
        if not plain.size:
            continue
        logs = paired_differences(rows, label, baseline, "log10_regret").values
        area = paired_differences(rows, label, baseline, "area").values
        unit = rows[rows["label"] == baseline]["area"].mean()
        flips = order_flips(paired_runs(rows, label, baseline, "regret_1"))
        table.append(
            [label, str(plain.size), _mean(plain, signed=True), share_words(flips), _mean(logs, signed=True),
             verdict(logs.mean(), p, least), _p(p), _p(least), _mean(area / unit, signed=True)]
        )  # fmt: skip
    if len(table) == 1:
        return [f"No cell has a partner of `{baseline}` on the same blackbox and seed."]
    runs = int((rows["label"] == baseline).sum())
    return [*markdown(table), *_undecided(tests, baseline, runs)]


def _undecided(tests: pd.DataFrame, baseline: str, runs: int) -> list[str]:
    """A sentence where no test on the logarithm shows a difference, or could have shown one."""
    if (tests["p_holm"] < LEVEL).any():
        return []
    pairs = int(tests["pairs"].sum())
    return ["", nothing_shown(tests["p_least_holm"], f"`{baseline}`", runs=runs, pairs=pairs)]


def _p(p: float) -> str:
    """Empty where there is no test."""
    if np.isnan(p):
        return ""
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}"


def _mean(values: Iterable[float], *, signed: bool = False) -> str:
    array = np.asarray(list(values), dtype=np.float64)
    if not array.size:
        return ""
    sign = "+" if signed else ""
    if array.size == 1:
        return f"{array[0]:{sign}.4f}"
    interval = bootstrap_mean(array[:, None])
    low, high = float(interval.low[0]), float(interval.high[0])
    return f"{float(interval.mean[0]):{sign}.4f} [{low:{sign}.4f}, {high:{sign}.4f}]"


def _plain_mean(values: pd.Series) -> str:
    return f"{values.mean():.4f}" if len(values) else ""


def _transposed(table: Sequence[Sequence[str]]) -> list[list[str]]:
    return [list(row) for row in zip(*table, strict=True)]
