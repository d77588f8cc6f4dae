"""Results onto the board: those of finished cells, wherever they were made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from simdyhpo.board.cells import board_plan, load_tables
from simdyhpo.board.definition import SHIPPED, Board, Part, grid_of
from simdyhpo.board.gather import gathered
from simdyhpo.board.results import Kept, Merged, merged, method_file, read_kept, write_kept
from simdyhpo.errors import SimdyhpoError, UnknownNameError
from simdyhpo.studies.damage import DamagedCell
from simdyhpo.studies.plan import Plan
from simdyhpo.studies.spec import Variant
from simdyhpo.studies.store import Store
from simdyhpo.tables.curves import CurveTable


class Added(msgspec.Struct, frozen=True):
    """What came to one method.

    Attributes:
        part, label: of which one.
        merged: what it has now.
        asked: how many cells it has on the whole board.
        damaged: cells that were left out.
    """

    part: str
    label: str
    merged: Merged
    asked: int
    damaged: list[DamagedCell]


def variants_of(board: Board, labels: Iterable[str], hint: str = "") -> list[Variant]:
    """What stands on the board under these names.

    Args:
        board: whose.
        labels: the names.
        hint: what else might have been meant.

    Raises:
        UnknownNameError: nothing does.
    """
    entries = board.entries
    for label in labels:
        if label not in entries:
            raise UnknownNameError("method of the board", label, entries, hint)
    return [entries[label] for label in labels]


class Adder:
    """Adds finished cells to one part of a board; its tables are loaded once.

    Attributes:
        board, part, folder: to what.
        missing: by method: why none of its cells can be known here, its package missing, say.
    """

    def __init__(self, board: Board, part: Part, folder: Path = SHIPPED) -> None:
        """Load the tables.

        Raises:
            UnknownNameError, TableError: see `load_tables`.
        """
        self.board, self.part, self.folder = board, part, folder
        self.missing: dict[str, str] = {}
        self._grid = grid_of(board)
        self._tables: dict[str, CurveTable] = load_tables(self._grid)

    def plan(self, label: str, seeds: int | None = None) -> Plan:
        """The cells that a method has on the board.

        Args:
            label: the method.
            seeds: of that many seeds alone.

        Raises:
            UnknownNameError: there is no such method.
            SimdyhpoError: it can't be used here, or there are not so many seeds.
        """
        grid = self._grid if seeds is None else grid_of(self.board, seeds=seeds)
        return board_plan(self.board, self.part, variants_of(self.board, [label]), grid, tables=self._tables)

    def lacking(self, label: str, seeds: int | None = None) -> Plan:
        """The cells of a method that the board lacks."""
        plan = self.plan(label, seeds)
        there = {one.cell for one in self._there(label)}
        return Plan(plan.study, [one for one in plan.cells if one.key not in there], plan.tables)

    def add(self, store: Store, labels: Sequence[str] = ()) -> list[Added]:
        """Merge what a store has of some methods, or of all that the board may have.

        A method of which the store has nothing new keeps its file as it is.

        Raises:
            OutputError: something can't be read or written.
        """
        finished, found = store.finished(), []
        for label in labels or self.board.entries:
            try:
                plan = self.plan(label)
            except SimdyhpoError as error:
                self.missing[label] = str(error)
                continue
            if not finished.isdisjoint(plan.keys):
                found.append(self._merge(label, plan, store))
        return found

    def _merge(self, label: str, plan: Plan, store: Store) -> Added:
        fresh = gathered(plan, store)
        now = merged(self._there(label), fresh.kept, plan.keys)
        if now.added or now.stale:
            write_kept(method_file(self.folder, self.part, label), self.board, self.part, now.cells)
        return Added(self.part.name, label, now, len(plan.cells), fresh.damaged)

    def _there(self, label: str) -> list[Kept]:
        path = method_file(self.folder, self.part, label)
        return read_kept(path, self.board, self.part, label) if path.is_file() else []
