"""From a study to the keys of its results: what to run, and where to look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from simdyhpo.catalog.factory import SchedulerFactory, Settled
from simdyhpo.runs.on_table import on_table
from simdyhpo.runs.spec import RunSpec, run_spec
from simdyhpo.studies.keys import cell_key
from simdyhpo.studies.spec import Cell, Study, Variant
from simdyhpo.studies.tables import study_table
from simdyhpo.tables.blackboxes import describe
from simdyhpo.tables.curves import CurveTable


class PlannedCell(msgspec.Struct, frozen=True):
    """A cell with its full spec (defaults and table included) and the key of its result."""

    cell: Cell
    spec: RunSpec
    key: str


class Plan(msgspec.Struct, frozen=True):
    """All that a study asks for.

    Attributes:
        study: whose plan it is.
        cells: in the order in which they should be run.
        tables: by name.
    """

    study: Study
    cells: list[PlannedCell]
    tables: dict[str, CurveTable]

    def missing(self, finished: Iterable[str]) -> list[PlannedCell]:
        """The cells without a result, each key once (two labels may mean the same run)."""
        by_key = {planned.key: planned for planned in reversed(self.cells)}
        for key in finished:
            by_key.pop(key, None)
        return [planned for planned in self.cells if by_key.get(planned.key) is planned]

    def shard(self, number: int, of: int) -> Plan:
        """One share of `of` nearly equal ones, number 0 to `of - 1`: together, they are the whole plan.

        Each has about as many cells of every variant, and of it on every table: dealt as they come, one job
        of an array would get all runs of the slowest variant wherever `of` and the number of variants have a
        factor in common.
        """
        kinds = [(planned.cell.variant.label, planned.cell.blackbox) for planned in self.cells]
        alike = sorted(range(len(kinds)), key=kinds.__getitem__)  # stable: within a kind they stay in order
        return Plan(self.study, [self.cells[i] for i in sorted(alike[number::of])], self.tables)

    def without_own(self) -> Plan:
        """The cells that need no code but ours."""
        return Plan(
            self.study, [planned for planned in self.cells if not planned.cell.variant.own], self.tables
        )

    @property
    def keys(self) -> list[str]:
        """Of all cells, in their order."""
        return [planned.key for planned in self.cells]


def make_plan(
    study: Study, tables: Path | None = None, settled: Mapping[str, Mapping[str, Any]] | None = None
) -> Plan:
    """Load the tables and work out every cell's key.

    Args:
        study: what is asked.
        tables: a folder of tables `NAME.npz` beside those that `load_blackbox` finds.
        settled: by label: all settings, defaults included, of variants whose code may not run; theirs aren't
            asked for then. A variant of that kind without any has keys that nothing is stored under.

    Raises:
        UnknownNameError: there is no such blackbox, scheduler or option.
        TableError: a table is damaged.
    """
    loaded = {name: study_table(name, tables, study.file_of(name)) for name in study.blackboxes}
    return plan_of(study, study.cells(), loaded, settled)


def plan_of(
    study: Study,
    asked: Iterable[Cell],
    loaded: Mapping[str, CurveTable],
    settled: Mapping[str, Mapping[str, Any]] | None = None,
) -> Plan:
    """The same of some cells: each has a budget of its own, which need not be the study's.

    Args:
        study: whose variants they are.
        asked: the cells, in the order in which they should be run.
        loaded: their tables, by name.
        settled: see `make_plan`.

    Raises:
        UnknownNameError: there is no such scheduler or option.
        OptionError: a setting names what a table doesn't have.
    """
    descriptions = {name: describe(table) for name, table in loaded.items()}
    plain = {variant.label: _factory(variant, settled) for variant in study.variants}
    factories = {
        (label, name): factory if isinstance(factory, Settled) else on_table(factory, table)
        for label, factory in plain.items()
        for name, table in loaded.items()
    }
    cells = []
    for cell in asked:
        spec = run_spec(
            descriptions[cell.blackbox],
            factories[cell.variant.label, cell.blackbox],
            cell.workers,
            cell.seed,
            cell.sampling,
            cell.budget,
            cell.cluster.cluster,
        )
        cells.append(PlannedCell(cell, spec, cell_key(spec)))
    return Plan(study, cells, dict(loaded))


def _factory(variant: Variant, settled: Mapping[str, Mapping[str, Any]] | None) -> SchedulerFactory | Settled:
    if settled is None or not variant.own:
        return SchedulerFactory(variant.scheduler, variant.options)
    return Settled(variant.scheduler, dict(settled.get(variant.label, variant.options)))
