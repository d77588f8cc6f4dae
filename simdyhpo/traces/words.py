"""A decision in half a line: who, when, what."""

from __future__ import annotations

import math

from simdyhpo.decision_kinds import MEANINGS, Effect
from simdyhpo.records import DecisionRecord
from simdyhpo.units import NANOSECONDS


def seconds(time_ns: int) -> str:
    """Simulated time, e.g. "4,211.5 s"; where little time passes, in more digits."""
    time = time_ns / NANOSECONDS
    return f"{time:,.1f} s" if time >= 1000 or not time_ns else f"{time:.4g} s"


def place(record: DecisionRecord) -> str:
    """When and on which worker."""
    return f"t = {seconds(record.time_ns)}, worker {record.worker}"


def action(record: DecisionRecord) -> str:
    """What was decided; records that differ in kind, trial, configuration or levels give other words."""
    name, trial = record.decision.name, f"trial {record.trial} (configuration {record.configuration})"
    if MEANINGS[record.decision].effect is Effect.ENDS:
        return f"{name} {trial} at {record.resume_from}"
    if record.resume_from:
        return f"{name} {trial} from {record.resume_from} to {record.milestone}"
    return f"{name} configuration {record.configuration} to {record.milestone} as trial {record.trial}"


def number(value: float) -> str:
    """A score in a few digits; nothing for NaN."""
    return "" if math.isnan(value) else f"{value:.6g}"


def count(many: int, what: str) -> str:
    """E.g. "1 decision", "2,000 decisions"."""
    return f"{many:,} {what}{'' if many == 1 else 's'}"
