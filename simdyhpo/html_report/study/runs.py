"""Every run of a study, in a table that can be searched."""

from __future__ import annotations

from simdyhpo.html_report.study.cluster import busy_share
from simdyhpo.html_report.study.data import StudyData
from simdyhpo.html_report.tables import Column, Plain, long_table
from simdyhpo.html_report.templates import Section, fill
from simdyhpo.html_report.words import hours


def runs_section(data: StudyData) -> Section | None:
    """A row for each finished run, and one for each that is missing."""
    if not data.asked:
        return None
    columns = [
        Column("data set"), *(Column(head, first=True) for head in data.method_heads),
        Column("workers", 0), Column("seed", 0, first=True),
        Column("state"),
        Column(f"final {data.regret.heads[0]}", 4, first=True), Column(f"final {data.regret.heads[1]}", 4),
        Column("area", 4), Column("best value", 5), Column("epochs", 0),
        Column("trials", 0), Column("decisions", 0), Column("simulated hours", 2), Column("busy", 3),
        Column("cell"),
    ]  # fmt: skip
    rows: list[list[Plain]] = [
        [
            row.blackbox, *data.method_parts(row.label), row.workers, row.seed,
            f"ended by {row.ended_by}", row.regret_1,
            other, row.area, row.best_value, row.epochs, row.trials, row.decisions, hours(row.end_ns),
            busy, row.cell,
        ]
        for row, busy, other in zip(
            data.rows.itertuples(index=False),
            busy_share(data, data.rows),
            data.other["regret_1"],
            strict=True,
        )
    ]  # fmt: skip
    rows += [
        [
            cell.blackbox, *data.method_parts(cell.label), cell.workers, cell.seed, "missing", *[None] * 9,
            cell.key,
        ]
        for cell in data.missing
    ]  # fmt: skip
    table = long_table("rows-of-runs", "All runs", columns, rows)
    return Section("runs", "Runs", fill("study_runs.html", table=table, missing=len(data.missing)))
