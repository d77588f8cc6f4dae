"""Results of another version of the simulator, as long as they answer the same question."""

from __future__ import annotations

import json

import msgspec

from simdyhpo.catalog.entries import own_package
from simdyhpo.runs.spec import RunSpec, behaviour_of
from simdyhpo.studies.finished_cells import finished_cells
from simdyhpo.studies.plan import Plan, PlannedCell
from simdyhpo.studies.store import Store
from simdyhpo.traces.manifest import RunManifest, package_version


def with_other_versions(plan: Plan, store: Store) -> Plan:
    """The plan with stored results of other versions in place of cells that the store lacks.

    A result takes a cell's place if its behaviour's version is another one and all else is
    equal: table, workers, seed, sampling, budget, cluster, whatever a spec has, and all options that both
    versions know. So it may have been made by a rule that has changed since: say so where its numbers are
    shown. Of several the last version's is taken. Code that isn't the simulator's own (`module:Class`) may
    have been other code then, so none takes such a cell's place; of another project's optimiser, only what
    the same version of its package made.

    Raises:
        OutputError: a stored file is damaged.
    """
    finished = store.finished()
    missing = {planned.key for planned in plan.missing(finished)}
    if not missing:
        return plan
    found: dict[bytes, list[tuple[RunSpec, str]]] = {}
    rows = finished_cells(store, sorted(finished - set(plan.keys))).stored
    today = [
        behaviour_of(scheduler, json.loads(options))
        for scheduler, options in zip(rows["scheduler"], rows["options"], strict=True)
    ]
    rows = rows[rows["behaviour"] != today]
    for key in rows.sort_values("behaviour", kind="stable")["cell"]:
        manifest = store.manifest(key)
        if _same_code(manifest):
            found.setdefault(_question(manifest.spec), []).append((manifest.spec, key))
    cells = [
        _replaced(planned, found.get(_question(planned.spec), [])) if planned.key in missing else planned
        for planned in plan.cells
    ]
    return Plan(plan.study, cells, plan.tables)


def _question(spec: RunSpec) -> bytes:
    """All that has to be equal, but for the options; a table is what its checksum says."""
    table = {"checksum": spec.blackbox["checksum"]}
    return msgspec.json.encode(msgspec.structs.replace(spec, options={}, blackbox=table), order="sorted")


def _same_code(manifest: RunManifest) -> bool:
    """Whether the scheduler's and searcher's code was what it is now, but for the simulator's version."""
    scheduler, searcher = manifest.spec.scheduler, str(manifest.spec.options.get("searcher"))
    if ":" in scheduler + searcher:
        return False
    package = own_package(scheduler)
    return package is None or manifest.versions.get(package) == package_version(package)


def _replaced(planned: PlannedCell, found: list[tuple[RunSpec, str]]) -> PlannedCell:
    wanted = planned.spec.options
    for spec, key in reversed(found):
        if all(wanted[name] == value for name, value in spec.options.items() if name in wanted):
            return PlannedCell(planned.cell, planned.spec, key)
    return planned
