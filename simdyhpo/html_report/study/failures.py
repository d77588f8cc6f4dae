"""What failed, and why: cells with the same reason together."""

from __future__ import annotations

from simdyhpo.html_report.study.data import Failure, StudyData
from simdyhpo.html_report.templates import Section, fill
from simdyhpo.html_report.words import plural
from simdyhpo.studies.failures import bounded, reason_in

_NAMED = 20
"""At most so many cells are named below a reason."""


def failures_section(data: StudyData) -> Section:
    """A part for each reason, with the whole text of its first cell."""
    groups: dict[str, list[Failure]] = {}
    for failure in data.failures:
        groups.setdefault(reason_in(failure.text), []).append(failure)
    parts = [
        {
            "reason": reason,
            "count": plural(len(failures), "run"),
            "cells": [_name(failure) for failure in failures[:_NAMED]],
            "more": max(len(failures) - _NAMED, 0),
            "text": bounded(failures[0].text.strip()),
        }
        for reason, failures in groups.items()
    ]
    return Section("failures", "Failures", fill("study_failures.html", parts=parts))


def _name(failure: Failure) -> str:
    asked = failure.asked
    if asked is None:
        return failure.key
    crowd = plural(asked.workers, "worker")
    return f"{asked.label} on {asked.blackbox}, {crowd}, seed {asked.seed} ({failure.key})"
