"""Every decision of a run with its reasons, in a table that can be searched."""

from __future__ import annotations

from simdyhpo.decision_kinds import MEANINGS
from simdyhpo.html_report.run.data import RunData
from simdyhpo.html_report.tables import Column, Plain, long_table
from simdyhpo.html_report.templates import Section, fill
from simdyhpo.traces.explain import reasons
from simdyhpo.units import NANOSECONDS

LISTED = 5000
"""At most so many decisions are listed: a page has to open on a phone."""

_COLUMNS = (
    Column("decision", 0), Column("kind", first=True), Column("trial", 0, first=True),
    Column("configuration", 0), Column("from", 0),
    Column("to", 0), Column("worker", 0), Column("simulated seconds", 3), Column("score", 5),
    Column("runner-up", 5),
)  # fmt: skip


def decisions_section(data: RunData) -> Section | None:
    """The decisions from the first on."""
    if not data.records:
        return None
    spec = data.manifest.spec
    rows: list[list[Plain]] = [
        [
            record.index, record.decision.name, record.trial, record.configuration, record.resume_from,
            record.milestone, record.worker, record.time_ns / NANOSECONDS, record.score, record.runner_up,
        ]
        for record in data.records[:LISTED]
    ]  # fmt: skip
    notes = [" ".join(reasons(record, spec)) for record in data.records[:LISTED]]
    found = {record.decision for record in data.records}
    meanings = [(kind.name, meaning.words) for kind, meaning in MEANINGS.items() if kind in found]
    body = fill(
        "run_decisions.html",
        table=long_table("rows-of-decisions", "Decisions", _COLUMNS, rows, notes),
        left_out=max(len(data.records) - LISTED, 0),
        listed=len(rows),
        meanings=meanings,
    )
    return Section("decisions", "Decisions", body)
