"""Whose results must not be taken for stale: other studies of the folder, and runs that are under way."""

from __future__ import annotations

from simdyhpo.studies.plan import Plan
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_plan import plan_names, read_plan
from simdyhpo.studies.under_way import being_asked


def asked_by_others(plan: Plan, store: Store) -> dict[str, set[str]]:
    """Keys that somebody else asks for, by who it is: studies of other names, and runs under way.

    Raises:
        OutputError: another study's plan is damaged.
    """
    asked = {
        f"study {name!r}": {cell.key for cell in read_plan(store.folder, name).cells}
        for name in plan_names(store.folder)
        if name != plan.study.name
    }
    for marks, keys in being_asked(store.folder).items():
        asked[f"a run that is under way (if it was killed, remove {marks})"] = keys
    return asked
