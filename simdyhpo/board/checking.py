"""Some of a board's cells made again, and held against what is kept of them, bit for bit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from simdyhpo.board.cells import board_plan, load_tables
from simdyhpo.board.definition import Board, Grid, Part
from simdyhpo.board.gather import gathered
from simdyhpo.board.results import Kept, method_files, read_kept
from simdyhpo.errors import SimdyhpoError
from simdyhpo.streams import Streams
from simdyhpo.studies.conductor import run_study
from simdyhpo.studies.plan import Plan
from simdyhpo.studies.pool import Pool
from simdyhpo.studies.store import Store


class Sampled(msgspec.Struct, frozen=True):
    """A kept cell that is made again, and its part."""

    part: Part
    kept: Kept


class Difference(msgspec.Struct, frozen=True):
    """A kept cell that is not what is made today.

    Attributes:
        part, method, blackbox, seed, cell: which one.
        problem: what differs, in words.
    """

    part: str
    method: str
    blackbox: str
    seed: int
    cell: str
    problem: str


def sample(  # noqa: PLR0913 - what to draw, from what
    board: Board, folder: Path, parts: Sequence[Part], methods: Sequence[str], cells: int, seed: int
) -> list[Sampled]:
    """Draw kept cells, each as likely as any other.

    Args:
        board, folder: of which board.
        parts: which of its parts.
        methods: of these alone; of all if none.
        cells: how many; all if there are fewer.
        seed: of the stream "board-check".

    Raises:
        OutputError: there are none, or a file is damaged.
    """
    there = [
        Sampled(part, kept)
        for part in parts
        for label, path in method_files(folder, part).items()
        if not methods or label in methods
        for kept in read_kept(path, board, part, label)
    ]
    if not there:
        raise SimdyhpoError("the board has no such results: nothing can be checked")
    drawn = Streams(seed).generator("board-check").choice(len(there), min(cells, len(there)), replace=False)
    return [there[place] for place in sorted(drawn.tolist())]


def made_again(board: Board, drawn: Sequence[Sampled], home: Path, pool: Pool) -> list[Difference]:
    """Run drawn cells anew, and say which are not what is kept.

    Args:
        board: whose.
        drawn: see `sample`.
        home: an empty folder to run them in.
        pool: who runs them.

    Raises:
        SimdyhpoError: the pool can't be used, or the folder not be written.
    """
    found: list[Difference] = []
    for part in dict.fromkeys(one.part for one in drawn):
        kept = [one.kept for one in drawn if one.part == part]
        found += _of_part(board, part, kept, Store(home / part.name), pool)
    return found


def _of_part(board: Board, part: Part, drawn: list[Kept], store: Store, pool: Pool) -> list[Difference]:
    plan, found = _planned(board, part, drawn)
    if not plan.cells:
        return found
    failures = run_study(plan, store, pool).failures
    fresh = {(one.method, one.cell): one for one in gathered(plan, store).kept}
    keys = set(plan.keys)
    for kept in drawn:
        again = fresh.get((kept.method, kept.cell))
        if again is None and kept.cell in keys:
            why = failures.get(kept.cell, "its result was lost")
            found.append(_difference(part, kept, f"it can't be made: {why}"))
        elif again is not None and not again.same(kept):
            found.append(_difference(part, kept, _differs(kept, again)))
    return found


def _planned(board: Board, part: Part, drawn: list[Kept]) -> tuple[Plan, list[Difference]]:
    """The cells under today's keys, and those whose key isn't the kept one any more."""
    tables = load_tables(Grid(tuple(dict.fromkeys(one.blackbox for one in drawn)), 1))
    grid = Grid(tuple(tables), max(one.seed for one in drawn) + 1)
    cells, found, whole = [], [], board_plan(board, part, [], grid, tables=tables)
    for label in dict.fromkeys(one.method for one in drawn):
        mine = [one for one in drawn if one.method == label]
        try:
            plan = board_plan(board, part, [board.entries[label]], grid, tables=tables)
        except (KeyError, SimdyhpoError) as error:
            why = "the board has no such method" if isinstance(error, KeyError) else str(error)
            found += [_difference(part, one, f"it can't be made: {why}") for one in mine]
            continue
        today = {(one.cell.blackbox, one.cell.seed): one for one in plan.cells}
        for one in mine:
            again = today[one.blackbox, one.seed]
            if again.key == one.cell:
                cells.append(again)
            else:
                words = f"its key is {again.key} today: code, table or package is another one"
                found.append(_difference(part, one, words))
    return Plan(whole.study, cells, whole.tables), found


def _differs(kept: Kept, fresh: Kept) -> str:
    apart = np.flatnonzero(kept.marks.view(np.uint32) != fresh.marks.view(np.uint32))
    if not apart.size:
        return "what is said of it is another: table, workers, seed, behaviour or unit"
    first = int(apart[0])
    return (
        f"{apart.size} of its marks differ, the first at {first + 1}: "
        f"{float(kept.marks[first]):.9g} is kept, {float(fresh.marks[first]):.9g} is made"
    )


def _difference(part: Part, kept: Kept, problem: str) -> Difference:
    return Difference(part.name, kept.method, kept.blackbox, kept.seed, kept.cell, problem)
