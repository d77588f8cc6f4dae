"""The board's cells as a study's plan, so that whatever runs and keeps a study runs and keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from simdyhpo.board.definition import Board, Grid, Part
from simdyhpo.simulation.budget import Budget
from simdyhpo.studies.plan import Plan, plan_of
from simdyhpo.studies.spec import Study, Variant
from simdyhpo.studies.tables import study_table
from simdyhpo.tables.curves import CurveTable
from simdyhpo.units import NANOSECONDS


def horizon(table: CurveTable, part: Part) -> int:
    """The simulated seconds that a run on a table has, where a part counts those.

    As long as `epochs` of the table's mean epochs take on workers that never wait, rounded to whole seconds,
    at least one; worked out in whole numbers, so that it is the same on every machine.
    """
    lengths = [int(length) for length in table.lengths]
    total = sum(int(table.elapsed_ns[row, length - 1]) for row, length in enumerate(lengths))
    unit = sum(lengths) * part.workers * NANOSECONDS
    return max(1, (2 * part.epochs * total + unit) // (2 * unit))


def budget_on(table: CurveTable, part: Part) -> Budget:
    """The budget of a run on a table."""
    if part.axis == "epochs":
        return Budget(max_epochs=part.epochs)
    return Budget(max_seconds=float(horizon(table, part)))


def load_tables(grid: Grid) -> dict[str, CurveTable]:
    """The tables of a grid, by name.

    Raises:
        UnknownNameError, TableError: one isn't here, or damaged.
    """
    return {name: study_table(name) for name in grid.tables}


def board_plan(  # noqa: PLR0913 - the parts of a plan
    board: Board,
    part: Part,
    variants: Sequence[Variant],
    grid: Grid,
    *,
    tables: Mapping[str, CurveTable] | None = None,
    settled: Mapping[str, Mapping[str, Any]] | None = None,
) -> Plan:
    """The cells of some methods, seed by seed: an interrupted run is complete for its first seeds.

    Args:
        board, part: whose.
        variants: the methods.
        grid: which of the part's cells.
        tables: by name, where they are loaded.
        settled: see `simdyhpo.studies.plan.make_plan`.

    Raises:
        UnknownNameError: there is no such table, scheduler or option.
        TableError: a table is damaged.
    """
    loaded = tables or load_tables(grid)
    budgets = {name: budget_on(loaded[name], part) for name in grid.tables}
    study = Study(
        name=f"board-{board.version}-{part.name}",
        question="Where does it stand?",
        blackboxes=grid.tables,
        variants=variants,
        workers=(part.workers,),
        seeds=grid.seeds,
        budget=budgets[grid.tables[0]],
    )
    cells = [msgspec.structs.replace(cell, budget=budgets[cell.blackbox]) for cell in study.cells()]
    return plan_of(study, cells, loaded, settled)
