"""Who gives the scores and predictions of a run's records, and what is known about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simdyhpo.catalog.entries import entry
from simdyhpo.catalog.entry import Entry
from simdyhpo.own_code import has_own
from simdyhpo.searchers.horizons import Horizon


def scorer(scheduler: str, options: Mapping[str, Any]) -> Entry | None:
    """The entry that says what the scores are; None where a user's own class gives them, which alone knows.

    Args:
        scheduler: its name.
        options: all its settings, as a manifest has them.
    """
    return None if has_own(scheduler, options) else entry(scheduler)


def horizon(options: Mapping[str, Any]) -> Horizon | None:
    """The setting that says at which resource candidates are scored, where there is one."""
    found: Horizon | None = (options.get("searcher_options") or options).get("horizon")
    return found


def looks_ahead(scheduler: str, options: Mapping[str, Any]) -> bool:
    """Whether predictions may be for another resource than the milestone, as docs/decision-logs.md has it."""
    known = scorer(scheduler, options)
    if known is None:
        return False
    asked = horizon(options)
    return known.looks_ahead if asked is None else asked != "next"
