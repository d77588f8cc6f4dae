"""From a scheduler to where it stands: the laws, its cells on the board, the field beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from simdyhpo.bars import progress_bar
from simdyhpo.board.cells import board_plan
from simdyhpo.board.definition import SHIPPED, Board, Grid, Part, grid_of, load_board
from simdyhpo.board.field import Field, field_of, read_field
from simdyhpo.board.gather import gathered
from simdyhpo.board.ranking import ranking
from simdyhpo.board.results import Kept, write_kept
from simdyhpo.board.standing import Standing
from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.errors import UnknownNameError
from simdyhpo.runs.front_door import Run
from simdyhpo.studies.conductor import run_study
from simdyhpo.studies.failures import reason_in, story_of
from simdyhpo.studies.places import FAILURES
from simdyhpo.studies.plan import Plan
from simdyhpo.studies.pool import Pool
from simdyhpo.studies.spec import Variant
from simdyhpo.studies.store import Store
from simdyhpo.testing.broken import LawBroken
from simdyhpo.testing.check import LAWS, check_scheduler

CELLS = "cells"
"""Where below its folder a contest keeps its runs."""


class Contest(msgspec.Struct, frozen=True):
    """A scheduler that is to stand on the board.

    Attributes:
        board, part: on which one.
        label: its name there.
        grid: which cells it has there: those of a quick look, or all.
        plan: of these cells.
        field: who is there already.
        store: of its runs.
    """

    board: Board
    part: Part
    label: str
    grid: Grid
    plan: Plan
    field: Field
    store: Store

    def standing(self) -> Standing:
        """Where it stands with the runs that are finished.

        Raises:
            OutputError: a run can't be read.
        """
        plan, store = self.plan, self.store
        mine = gathered(plan, store)
        variant = plan.cells[0].cell.variant
        both = beside(self.field, field_of(mine.kept, {self.label: variant.options}))
        found = ranking(self.board, self.part, self.grid, both)
        settings = " ".join(f"{name}={value}" for name, value in variant.options.items())
        origin = {
            "scheduler": variant.scheduler,
            "settings": settings or "its defaults",
            "cells": str(store.folder),
        }
        return Standing(self.label, found, self.failures(), _seconds_per_decision(mine.kept, store), origin)

    def failures(self) -> dict[str, str]:
        """By table, why a run there failed."""
        failed = self.store.failed()
        return {
            one.cell.blackbox: reason_in(_story(self.store, one.key))
            for one in self.plan.cells
            if one.key in failed
        }

    def write(self, path: Path) -> None:
        """Its results as a file that others can put beside theirs: `simdyhpo board show FILE`."""
        write_kept(path, self.board, self.part, gathered(self.plan, self.store).kept)


def contest(  # noqa: PLR0913 - the parts of a contest
    scheduler: str,
    options: Mapping[str, Any],
    *,
    out: Path,
    quick: bool = False,
    part: str | None = None,
    folder: Path = SHIPPED,
    settled: Mapping[str, Any] | None = None,
) -> Contest:
    """Get ready: what is to run, and against whom. Nothing is run yet.

    Args:
        scheduler: a name, or `module:Class`.
        options: the settings that differ from the defaults.
        out: a folder for its runs.
        quick: the fixed few cells instead of all.
        part: of the board; the first if not given.
        folder: of the board.
        settled: all its settings, where its class can't be found by name.

    Raises:
        UnknownNameError, OptionError: there is no such part, scheduler or option.
        BoardVersionError, OutputError: the board's results can't be used.
    """
    board = load_board(folder)
    one = board.part(part)
    field = read_field(board, one, folder=folder)
    label = scheduler.rpartition(":")[2] + "".join(f" {name}={value}" for name, value in options.items())
    if label in field.labels:
        label += ", run here"
    variant = Variant(label, scheduler, options)
    known = None if settled is None else {label: settled}
    grid = grid_of(board, quick=quick)
    plan = board_plan(board, one, [variant], grid, settled=known)
    return Contest(board, one, label, grid, plan, field, Store(out / CELLS))


def check_laws(scheduler: str | type, options: Mapping[str, Any], without: Sequence[str] = ()) -> None:
    """See that a scheduler of one's own obeys the laws; those of the catalogue were checked long ago.

    Args:
        scheduler, options: whose.
        without: laws that it need not obey.

    Raises:
        LawBroken: it doesn't.
        UnknownNameError: there is no such law.
    """
    for name in without:
        if name not in LAWS:
            raise UnknownNameError("law", name, LAWS)
    if isinstance(scheduler, str) and scheduler in SCHEDULERS:
        return
    try:
        check_scheduler(scheduler, options, [name for name in LAWS if name not in without])
    except LawBroken as error:
        message = (
            f"{error.message}. So nothing was run on the board: mend it, or, if it is meant to be so, "
            f"do without this law (--without-law {error.law})"
        )
        raise LawBroken(error.law, error.table, error.seed, message) from error


def stand(  # noqa: PLR0913 - the parts of a contest
    scheduler: str | type,
    options: Mapping[str, Any] | None = None,
    *,
    quick: bool = False,
    part: str | None = None,
    out: str | Path | None = None,
    jobs: int | None = None,
    without_laws: Sequence[str] = (),
    board: str | Path = SHIPPED,
) -> Standing:
    """Run a scheduler on the board, and say where it stands.

    The same as `simdyhpo board run`, whose runs it goes on with.

    Args:
        scheduler: a class, `module:Class`, or a name of the catalogue. A class is run in this process, and
            always anew, since its code may have changed; the others run in processes of their own.
        options: its settings that differ from the defaults.
        quick: fewer tables and seeds, always the same: minutes instead of hours.
        part: of the board: "one-worker" or "eight-workers"; the first if not given.
        out: a folder to keep its runs in; if not given, they are thrown away.
        jobs: how many runs at once; one a core if not given.
        without_laws: names of laws that it breaks on purpose; see `simdyhpo.testing.LAWS`.
        board: the folder of another board.

    Raises:
        LawBroken: it breaks a law: nothing was run.
        SimdyhpoError: something is unknown or can't be used.
    """
    given = dict(options or {})
    check_laws(scheduler, given, without_laws)
    factory = SchedulerFactory(scheduler, given)
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory(prefix="simdyhpo-"))) if out is None else Path(out)
        settled = factory.settings if isinstance(scheduler, type) else None
        mine = contest(
            factory.name, given, out=home, quick=quick, part=part, folder=Path(board), settled=settled
        )
        mine.store.open()
        if isinstance(scheduler, type):
            _run_here(mine, factory)
        else:
            run_study(mine.plan, mine.store, Pool("loky", jobs))
        found = mine.standing()
        if out is None:
            found.origin.pop("cells", None)
        return found


def beside(field: Field, mine: Field) -> Field:
    """Two fields as one."""
    rows = pd.concat([field.rows, mine.rows], ignore_index=True) if len(field.rows) else mine.rows
    return Field(rows, np.concatenate([field.marks, mine.marks]))


def _run_here(mine: Contest, factory: SchedulerFactory) -> None:
    """Every cell in this process. What the class raises is the cell's failure, but for an interrupt."""
    with progress_bar(desc="Simulating", total=len(mine.plan.cells), unit="run") as bar:
        for planned in mine.plan.cells:
            mine.store.remove(planned.key)
            table = mine.plan.tables[planned.cell.blackbox]
            try:
                result = Run(planned.spec, factory, table).finish()
            except Exception as error:  # noqa: BLE001 - whatever somebody's code raises
                mine.store.write_failure(planned.key, story_of(error))
            else:
                mine.store.write(planned.key, result)
            bar.update(1)


def _seconds_per_decision(kept: Sequence[Kept], store: Store) -> float:
    """Host seconds of a run over its decisions: the median over runs; NaN without any."""
    keys = [one.cell for one in kept]
    decisions = store.cells(keys).set_index("cell")["decisions"].clip(lower=1)
    found = store.seconds(keys) / decisions
    return float(found.median())


def _story(store: Store, key: str) -> str:
    path = store.folder / FAILURES / f"{key}.txt"
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
