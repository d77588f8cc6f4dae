"""Who did how well, over all blackboxes: the numbers to begin with, regret over the budget, paired tests."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
from markupsafe import Markup

from simdyhpo.analysis.marks import FLOOR, SHARES
from simdyhpo.analysis.mean_ranks import mean_ranks
from simdyhpo.analysis.paired import paired_tests
from simdyhpo.analysis.verdicts import LEVEL, flips_beside, nothing_shown, verdict
from simdyhpo.html_report.far_worst_notes import far_worst_notes
from simdyhpo.html_report.study.data import StudyData
from simdyhpo.html_report.tables import Column, Value, WithNumber, table
from simdyhpo.html_report.templates import Fact, Section, fill
from simdyhpo.html_report.words import interval_words, joined, plural, regret_words
from simdyhpo.studies.damage import damage_words


def facts(data: StudyData) -> list[Fact]:
    """The numbers that a reader looks for first."""
    parts = zip(*(data.method_parts(label) for label in data.labels), strict=True)
    found = [
        Fact(f"{len(data.rows):,}", f"of {data.asked:,} runs finished"),
        *(
            Fact(f"{len(different):,}", head if len(different) == 1 else f"{head}s")
            for head, different in zip(data.method_heads, map(set, parts), strict=False)
        ),
        Fact(f"{len(data.blackboxes):,}", "data set" if len(data.blackboxes) == 1 else "data sets"),
        Fact(joined(data.workers), "worker" if data.workers == [1] else "workers"),
        Fact(joined(data.seeds), "seed" if len(data.seeds) == 1 else "seeds"),
    ]
    if data.budget is not None:
        found.append(Fact(data.budget.words, "budget of each run"))
    return found


def summary_section(data: StudyData) -> Section:
    """What is there and what is not, who has the lowest regret, and the tables behind that."""
    parts = []
    for workers in data.workers:
        cells = data.cells(workers)
        if len(cells):
            parts.append(
                {
                    "title": plural(workers, "worker") if len(data.workers) > 1 else "",
                    "verdict": _verdict(data, cells),
                    "table": _over_budget(data, cells),
                    "tests": _tests(data, cells),
                    "undecided": _undecided(data, cells),
                }
            )
    body = fill(
        "study_summary.html",
        gaps=_gaps(data),
        parts=parts,
        several=len(data.blackboxes) > 1,
        baseline=data.baseline,
        floor=f"{FLOOR:g}",
        level=f"{LEVEL:.0%}",
        measures=data.regret.words,
    )
    return Section("summary", "Summary", body)


def _gaps(data: StudyData) -> list[str]:
    """What is not there, in sentences."""
    said = []
    if data.missing:
        missing = f"{plural(len(data.missing), 'run')} of {data.asked:,} not finished"
        said.append(f"{missing}: numbers and figures are over the runs that are there.")
    without = [label for label in data.labels if not (data.rows["label"] == label).any()]
    if without and len(data.rows):
        said.append(f"Without any finished run: {', '.join(without)}; nothing is said of them.")
    if data.failures:
        said.append(f"{plural(len(data.failures), 'run')} failed; see Failures.")
    if data.damaged:
        said.append(f"Of the results, {damage_words(data.damaged, whole_path=False)}.")
    if data.unasked:
        said.append(
            f"The folder also holds {plural(data.unasked, 'result')} that this study doesn't ask for; "
            "they are left out."
        )
    if data.study is None:
        said.append(
            "The folder doesn't say which study it is of. Names of methods are made from what differs "
            "between them, and runs count as missing if the grid of all that was found has them."
        )
    boxes = (
        json.loads(text)["spec"]["blackbox"] for text in data.rows.drop_duplicates("checksum")["manifest"]
    )
    said += far_worst_notes(boxes)
    blind = int(data.rows["best_value"].isna().sum())
    if blind:
        said.append(
            f"{plural(blind, 'run')} never saw a finite value and so counted as the worst of its table."
        )
    return said


def _verdict(data: StudyData, cells: pd.DataFrame) -> str:
    """The two lowest mean regrets, in a sentence."""
    means = cells.groupby("label")["regret_1"].mean().dropna()
    order = means.reindex([label for label in data.labels if label in means.index]).sort_values(kind="stable")
    first = order.index[0]
    interval = interval_words(cells[cells["label"] == first]["regret_1"].to_numpy(dtype=np.float64))
    said = f"{first} has the lowest mean final {data.regret.label}: {regret_words(order.iloc[0])}"
    if interval:
        said += f" (95 % interval {interval})"
    if len(order) > 1:
        said += f"; {order.index[1]} follows with {regret_words(order.iloc[1])}"
    return said + "."


def _over_budget(data: StudyData, cells: pd.DataFrame) -> Markup:
    ranks = mean_ranks(cells, data.labels)
    other = data.other.loc[cells.index]
    marks = [f"regret_{share:g}" for share in SHARES[:-1]]
    columns = [
        *map(Column, data.method_heads), Column("runs", 0), Column("final regret", 4),
        Column("95 % interval"),
        Column(f"final {data.regret.heads[1]}", 4),
        *(Column(f"at {share:.0%}", 4) for share in SHARES[:-1]), Column("area", 4),
    ]  # fmt: skip
    several = len(data.blackboxes) > 1
    if several:
        columns += [Column("mean rank", 2), Column("best on", 0)]
    columns.append(Column("trials", 0))
    rows: list[list[Value]] = []
    means: list[float] = []
    for label in data.labels:
        mine = cells[cells["label"] == label]
        if mine.empty:
            continue
        regrets = mine["regret_1"].to_numpy(dtype=np.float64)
        means.append(float(mine["regret_1"].mean()))
        row: list[Value] = [*data.method_parts(label), len(mine), means[-1], interval_words(regrets)]
        row.append(float(other.loc[mine.index, "regret_1"].mean()))
        row += [float(mine[name].mean()) for name in [*marks, "area"]]
        if several:
            row += [ranks.mean.get(label), ranks.least.get(label)]
        rows.append([*row, float(mine["trials"].mean())])
    final = len(data.method_heads) + 1
    best = [[place == final and mean == np.nanmin(means) for place in range(len(columns))] for mean in means]
    return table(f"Means over all runs: {data.regret.label}", columns, rows, best=best)


def _tests(data: StudyData, cells: pd.DataFrame) -> Markup:
    """Every method against the baseline; nothing where no pair is."""
    baseline = data.baseline
    plain = paired_tests(cells, data.labels, baseline, "regret_1")
    logs = paired_tests(cells, data.labels, baseline, "log10_regret")
    rows: list[list[Value]] = []
    for raw, log in zip(plain.to_dict("records"), logs.to_dict("records"), strict=True):
        if raw["label"] != baseline and raw["pairs"]:
            rows.append(
                [
                    *data.method_parts(raw["label"]), raw["pairs"], _signed(raw), _signed(log),
                    flips_beside(log["flips"], log["p_least_holm"]),
                    verdict(log["difference"], log["p_holm"], log["p_least_holm"], log["flips"]),
                    log["p_holm"], log["p_least_holm"],
                ]
            )  # fmt: skip
    if not rows:
        return Markup()
    columns = [
        *map(Column, data.method_heads), Column("pairs", 0), Column("final regret"), Column("log10 of it"),
        Column("order flips", 2), Column("verdict"), Column("p (Holm)", 4), Column("least p", 4),
    ]  # fmt: skip
    return table(f"Paired differences to {baseline}: {data.regret.label}", columns, rows)


def _undecided(data: StudyData, cells: pd.DataFrame) -> str:
    """A sentence where the tests show nothing, or could not have."""
    baseline = data.baseline
    tests = paired_tests(cells, data.labels, baseline, "log10_regret")
    if len(data.labels) < 2 or (tests["p_holm"] < LEVEL).any():
        return ""
    pairs = int(tests["pairs"][tests["label"] != baseline].sum())
    return nothing_shown(
        tests["p_least_holm"], baseline, runs=int((cells["label"] == baseline).sum()), pairs=pairs
    )


def _signed(test: dict[str, float]) -> WithNumber:
    mean = f"{test['difference']:+.4f}"
    interval = "" if np.isnan(test["low"]) else f" [{test['low']:+.4f}, {test['high']:+.4f}]"
    return WithNumber(mean + interval, test["difference"])
