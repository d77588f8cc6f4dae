"""Results of another version of the simulator, as long as they answer the same question."""

from __future__ import annotations

from simdyhpo.run_specs import RunSpec
from simdyhpo.studies.plan import Plan, PlannedCell
from simdyhpo.studies.store import Store


def with_other_versions(plan: Plan, store: Store) -> Plan:
    """The plan with stored results of other versions in place of cells that the store lacks.

    A result takes a cell's place if table, scheduler, workers, seed, sampling and budget are equal, and all
    options that both versions know. So it may have been made by a rule that has changed since: say so where
    its numbers are shown. Of several the last version's is taken.

    Raises:
        OutputError: a stored file is damaged.
    """
    finished = store.finished()
    missing = {planned.key for planned in plan.missing(finished)}
    if not missing:
        return plan
    found: dict[tuple[object, ...], list[tuple[RunSpec, str]]] = {}
    rows = store.cells(store.inspect(sorted(finished - set(plan.keys))).usable)
    for key in rows.sort_values("behaviour", kind="stable")["cell"]:
        spec = store.manifest(key).spec
        found.setdefault(_question(spec), []).append((spec, key))
    cells = [
        _replaced(planned, found.get(_question(planned.spec), [])) if planned.key in missing else planned
        for planned in plan.cells
    ]
    return Plan(plan.study, cells, plan.tables)


def _question(spec: RunSpec) -> tuple[object, ...]:
    """All that has to be equal, but for the options."""
    checksum = spec.blackbox["checksum"]
    return checksum, spec.scheduler, spec.workers, spec.seed, spec.sampling, spec.budget


def _replaced(planned: PlannedCell, found: list[tuple[RunSpec, str]]) -> PlannedCell:
    wanted = planned.spec.options
    for spec, key in reversed(found):
        if all(wanted[name] == value for name, value in spec.options.items() if name in wanted):
            return PlannedCell(planned.cell, planned.spec, key)
    return planned
