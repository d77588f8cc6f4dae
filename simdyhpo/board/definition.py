"""What the board is: its tables, parts, methods and seeds, from the one file that says so."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.errors import OutputError, SimdyhpoError, UnknownNameError, not_toml
from simdyhpo.files.bounded import read_bounded_text
from simdyhpo.files.limits import SETTINGS_BYTES
from simdyhpo.studies.mistakes import mistake_of
from simdyhpo.studies.spec import StudyName, Variant

SHIPPED = Path(__file__).parent
"""The folder of the board that comes with simdyhpo."""
FILE, RESULTS = "board.toml", "results"
"""What is in a board's folder."""

MARKS = 100
"""At so many equal steps of the budget a run's incumbent is noted."""

Whole = Annotated[int, msgspec.Meta(ge=1)]
Axis = Literal["epochs", "seconds"]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A comparison of its own: all runs have the same number of workers and the same kind of budget.

    Attributes:
        name: of the part, and of its folder of results.
        workers: number of virtual workers.
        epochs: the budget of a run; with `axis` "seconds", as much simulated time as so many of the table's
            mean epochs take on workers that never wait, in whole seconds.
        axis: what the budget is counted in, and marks along it.
    """

    name: StudyName
    workers: Whole = 1
    epochs: Annotated[int, msgspec.Meta(ge=MARKS, multiple_of=MARKS)] = 1000
    axis: Axis = "epochs"

    @property
    def title(self) -> str:
        """Workers and budget, for readers."""
        crowd = f"{self.workers:,} worker{'s' * (self.workers > 1)}"
        if self.axis == "epochs":
            return f"{crowd}, {self.epochs:,} epochs"
        return f"{crowd}, the simulated time of {self.epochs:,} mean epochs without waiting"

    def at(self, mark: int) -> str:
        """Where the mark of that number (1 to `MARKS`) lies, in few letters."""
        if self.axis == "epochs":
            return f"{self.epochs * mark // MARKS:,}"
        return f"{100 * mark // MARKS} %"


class Quick(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which cells a quick look takes.

    Attributes:
        every: of each suite, the first table and every so-manieth after it.
        seeds: how many, from 0 on.
    """

    every: Whole
    seeds: Whole


class Method(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scheduler with settings that stands on the board under a name of its own.

    Attributes:
        label: its name, and that of its file.
        about: what it is, in a few words.
        scheduler: a name of the catalogue.
        options: the settings that differ from the defaults.
    """

    label: StudyName
    about: str = ""
    scheduler: str
    options: Mapping[str, Any] = {}


class Board(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fixed comparison; see board.toml.

    Attributes:
        version: results of another one are never compared with these.
        seeds: how many, from 0 on.
        suites: tables by suite.
        parts: what is compared apart.
        quick: what a quick look takes.
        methods: beside those of the catalogue.
        catalogue: whether every scheduler of the catalogue may stand on it, at its defaults.
    """

    version: Whole
    seeds: Whole
    suites: Annotated[
        Mapping[StudyName, Annotated[Sequence[StudyName], msgspec.Meta(min_length=1)]],
        msgspec.Meta(min_length=1),
    ]
    parts: Annotated[Sequence[Part], msgspec.Meta(min_length=1)]
    quick: Quick
    methods: Sequence[Method] = ()
    catalogue: bool = False

    @property
    def tables(self) -> list[str]:
        """All tables, suite by suite."""
        return [table for tables in self.suites.values() for table in tables]

    @property
    def entries(self) -> dict[str, Variant]:
        """What may stand on the board, by label, in the order of legends."""
        known = [Variant(name, name) for name in SCHEDULERS] if self.catalogue else []
        own = [Variant(one.label, one.scheduler, one.options) for one in self.methods]
        return {variant.label: variant for variant in (*known, *own)}

    def about(self, label: str) -> str:
        """What a method is, in a few words; empty for one that isn't of this board."""
        said = {one.label: one.about for one in self.methods}
        known = SCHEDULERS.get(label)
        return said.get(label) or ("" if known is None else known.rule)

    def part(self, name: str | None = None) -> Part:
        """The part of that name; the first if none is given.

        Raises:
            UnknownNameError: there is no such part.
        """
        found = {part.name: part for part in self.parts}
        if name is not None and name not in found:
            raise UnknownNameError("part of the board", name, found)
        return self.parts[0] if name is None else found[name]

    def suite_of(self, table: str) -> str:
        """The suite that has a table."""
        return next(suite for suite, tables in self.suites.items() if table in tables)


class Grid(msgspec.Struct, frozen=True):
    """Which cells of a part are looked at.

    Attributes:
        tables: in the board's order.
        seeds: from 0 on.
    """

    tables: tuple[str, ...]
    seeds: int

    @property
    def size(self) -> int:
        """How many cells a method has there."""
        return len(self.tables) * self.seeds

    @property
    def words(self) -> str:
        """For readers."""
        tables, seeds = len(self.tables), self.seeds
        return f"{tables} table{'s' * (tables > 1)} x {seeds} seed{'s' * (seeds > 1)}"


def grid_of(board: Board, *, quick: bool = False, suite: str | None = None, seeds: int | None = None) -> Grid:
    """The cells of a look at the board.

    Args:
        board: whose.
        quick: the fixed few, see `Quick`.
        suite: of that suite alone.
        seeds: fewer seeds than there are.

    Raises:
        UnknownNameError: there is no such suite.
        SimdyhpoError: there are not so many seeds.
    """
    if suite is not None and suite not in board.suites:
        raise UnknownNameError("suite of the board", suite, board.suites)
    most = board.quick.seeds if quick else board.seeds
    if seeds is not None and seeds > most:
        raise SimdyhpoError(f"the board has {most} seeds{' for a quick look' * quick}; ask for no more")
    every = board.quick.every if quick else 1
    chosen = [suite] if suite is not None else list(board.suites)
    return Grid(tuple(table for name in chosen for table in board.suites[name][::every]), seeds or most)


def load_board(folder: Path = SHIPPED) -> Board:
    """The board that a folder defines.

    Raises:
        OutputError: there is none.
        SimdyhpoError: its file can't be understood, or names something twice.
    """
    path = folder / FILE
    try:
        text = read_bounded_text(path, SETTINGS_BYTES)
    except (OSError, UnicodeDecodeError):
        raise OutputError(
            f"{path}: can't be read; give a folder with a {FILE}, or leave --board out"
        ) from None
    try:
        board = msgspec.convert(tomllib.loads(text), Board)
    except tomllib.TOMLDecodeError as error:
        raise not_toml(path, error) from None
    except msgspec.ValidationError as error:
        raise SimdyhpoError(f"{path}: {mistake_of(error)}") from None
    labels = [one.label for one in board.methods] + (list(SCHEDULERS) if board.catalogue else [])
    for what, names in (
        ("table", board.tables),
        ("part", [part.name for part in board.parts]),
        ("method", labels),
    ):
        twice = [name for place, name in enumerate(names) if name in names[:place]]
        if twice:
            raise SimdyhpoError(f"{path}: {what} {twice[0]!r} comes twice; leave one out or rename it")
    if board.quick.seeds > board.seeds:
        raise SimdyhpoError(
            f"{path}: a quick look can't have more seeds ({board.quick.seeds}) than the board"
        )
    return board
