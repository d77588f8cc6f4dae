"""A study's results in words and tables (Markdown)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from simdyhpo.analysis.counted_rows import counted_rows
from simdyhpo.analysis.markdown import markdown
from simdyhpo.analysis.marks import FLOOR, SHARES
from simdyhpo.analysis.measures import NORMALISED, Measure
from simdyhpo.analysis.order_flips import share_words
from simdyhpo.analysis.verdicts import LEVEL, nothing_shown
from simdyhpo.simulation.ledger import ACCOUNTS
from simdyhpo.studies.exhausted import exhausted_lines
from simdyhpo.studies.far_worst_lines import far_worst_lines
from simdyhpo.studies.report_numbers import Group, Mean, Measured, groups_of
from simdyhpo.studies.spec import Study
from simdyhpo.studies.targets import Reached
from simdyhpo.tables.blackboxes import cautions, describe
from simdyhpo.tables.curves import CurveTable

_MOST_COLUMNS = 6
"""With more blackboxes than this, they are rows."""


def report(  # noqa: PLR0913 - what a report is made of
    study: Study,
    rows: pd.DataFrame,
    baseline: str,
    tables: Mapping[str, CurveTable] | None = None,
    measured: Mapping[Measure, pd.DataFrame] | None = None,
    groups: Sequence[Group] | None = None,
    target: float | None = None,
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
        groups: the numbers, if they are there already; see `groups_of`.
        target: of which regret `groups` say when it was reached.

    Raises:
        BoundError: a run is better than hindsight.
    """
    measures, tables = list(measured or {NORMALISED: rows}), tables or {}
    metrics = [table.info.metric for table in tables.values()]
    planned, found = len(study.cells()), counted_rows(rows)
    if groups is None:
        groups = list(groups_of(study, rows, baseline, tables, measured))
    lines = [f"# {study.name}", ""]
    if study.question:
        lines += [study.question, ""]
    on = f", on {study.cluster_words}" if study.cluster_words else ""
    lines += [
        f"{len(found)} of {planned} cells. Budget of each: {study.budget.words}.",
        f"Workers: {_numbers(study.workers)}{on}. Seeds: {study.seed_words}.",
        *(measure.words(metrics) for measure in measures),
        "As long as a run has no incumbent, its regret counts as that of the table's worst.",
        "In brackets: 95 % bootstrap interval of the mean.",
        f"Differences are to `{baseline}`, paired by blackbox and seed; negative: better than it.",
        f"In the logarithm, regrets below {FLOOR:g} count as {FLOOR:g}. The area is the mean regret over the",
        "budget; its difference is given as a share of the baseline's.",
        "p: Wilcoxon's signed-rank test of the logarithms, two-sided, with Holm's correction; least p: the",
        f"smallest that it could have been with these pairs. The verdict is at the level of {LEVEL:.0%}.",
        "Intervals and tests speak about further seeds on these blackboxes; about further blackboxes they",
        "are too hopeful: ask `simdyhpo study power`. Order flips: how often the other one would come out",
        "ahead in the logarithm if blackboxes and seeds were drawn anew from these; not given where there",
        "are too few pairs to tell. A verdict of `lower here, not shown`: these runs agree on the order, the",
        "test, corrected for all that are compared, doesn't show it.",
        *cautions(describe(table) for table in tables.values()),
    ]
    lines += [*far_worst_lines(tables.values()), *exhausted_lines(study, found, tables)]
    for group in groups:
        crowd = f", {group.workers} worker{'s' if group.workers > 1 else ''}"
        if len(study.clusters) > 1:
            crowd += f", {group.cluster}"
        for part in group.measured:
            lines += ["", f"## Final {part.measure}{crowd}", "", *_final(study, part)]
        for part in group.measured:
            title = f"## Over the budget{crowd}: {part.measure}, mean over all blackboxes"
            lines += ["", title, "", *_over_budget(part)]
        first = group.measured[0].measure
        if target is not None:
            title = f"## Until a {first} of {target:g}{crowd}"
            lines += ["", title, "", *_reached(group.reached)]
        lines += ["", f"## Differences to `{baseline}`{crowd}: {first}", "", *_differences(group, baseline)]
        if group.accounts:
            lines += ["", f"## Where the workers' time went{crowd}", "", *_accounts(group)]
    return "\n".join(lines) + "\n"


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


def _final(study: Study, part: Measured) -> list[str]:
    """A column for each blackbox, or a row where there are many; the mean over all, and the mean rank."""
    labels = study.labels
    table = [["blackbox", *labels]]
    for name in study.blackboxes:
        mine = part.final[name]
        table.append([name, *(_mean(mine[label]) if label in mine else "" for label in labels)])
    table.append(["mean", *(f"{part.mean[label]:.4f}" if label in part.mean else "" for label in labels)])
    if len(study.blackboxes) > 1:
        ranks = part.mean_rank
        table.append(["mean rank", *(f"{ranks[label]:.2f}" if label in ranks else "" for label in labels)])
    return markdown(table if len(study.blackboxes) > _MOST_COLUMNS else _transposed(table))


def _over_budget(part: Measured) -> list[str]:
    table = [["variant", *(f"regret at {share:.0%}" for share in SHARES), "trials", "ms per decision"]]
    calibrated = not all(np.isnan(row.calibration) for row in part.over_budget)
    if calibrated:
        table[0].append("calibration")
    for row in part.over_budget:
        regrets = [f"{regret:.4f}" for regret in row.regrets]
        table.append([row.variant, *regrets, f"{row.trials:.0f}", f"{row.ms_per_decision:.3g}"])
        if calibrated:
            table[-1].append("" if np.isnan(row.calibration) else f"{row.calibration:.2f}")
    if part.bound is not None:
        table.append(["hindsight bound", *(f"{regret:.4f}" for regret in part.bound)])
        table[-1] += [""] * (len(table[0]) - len(table[-1]))
    return markdown(table)


def _reached(found: Sequence[Reached]) -> list[str]:
    """Medians, with the runs that never came to it as later than all others."""
    table = [["variant", "reached by", "median epochs", "median simulated seconds"]]
    for one in found:
        medians = [f"{value:,.0f}" if np.isfinite(value) else "never" for value in (one.epochs, one.seconds)]
        table.append([one.variant, f"{one.reached} of {one.runs} runs", *medians])
    return [
        *markdown(table),
        "",
        "Medians are over all runs; one that never reached it counts as later than all others.",
    ]


def _accounts(group: Group) -> list[str]:
    """Shares of the workers' time, summed over all runs of a variant, and what failed in each run."""
    table = [["variant", *ACCOUNTS, "retries a run", "failed trials a run"]]
    for one in group.accounts:
        shares = [f"{one.shares[account]:.1%}" for account in ACCOUNTS]
        table.append([one.variant, *shares, f"{one.retries:.1f}", f"{one.failed_trials:.1f}"])
    return markdown(table)


def _differences(group: Group, baseline: str) -> list[str]:
    if not group.baseline_runs:
        return [
            f"No cell of `{baseline}` is finished here, so nothing is compared with it.",
            "Another one can be given with --baseline.",
        ]
    if not group.differences:
        return [f"No cell has a partner of `{baseline}` on the same blackbox and seed."]
    heads = [
        "variant", "pairs", "final regret", "log10 of it", "order flips", "verdict", "p (Holm)", "least p",
        "area, as a share",
    ]  # fmt: skip
    rows = [
        [
            one.variant, str(one.regret.count), _mean(one.regret, "+"), _mean(one.log10_regret, "+"),
            share_words(one.order_flips), one.verdict, _p(one.p), _p(one.least_p), _mean(one.area_share, "+"),
        ]
        for one in group.differences
    ]  # fmt: skip
    return [*markdown([heads, *rows]), *_undecided(group.tests, baseline, group.baseline_runs)]


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


def _mean(value: Mean, sign: str = "") -> str:
    """A mean with its interval, if it has one."""
    interval = "" if np.isnan(value.low) else f" [{value.low:{sign}.4f}, {value.high:{sign}.4f}]"
    return f"{value.mean:{sign}.4f}{interval}"


def _transposed(table: Sequence[Sequence[str]]) -> list[list[str]]:
    return [list(row) for row in zip(*table, strict=True)]
