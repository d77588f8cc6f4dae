"""What happens in a worker process: one cell is simulated and kept."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.errors import OutputError, cant_write
from simdyhpo.processes import settle_in
from simdyhpo.runs.front_door import Run
from simdyhpo.runs.result import RunResult
from simdyhpo.runs.spec import RunSpec
from simdyhpo.studies.failures import reason_of, story_of
from simdyhpo.studies.store import Store
from simdyhpo.studies.tables import shared_table


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One cell, as it is sent to a worker process.

    Attributes:
        key: of the cell.
        spec: what to run.
        options: the settings as the study gives them; the spec has the defaults, too.
        table: the shared table's file.
    """

    key: str
    spec: RunSpec
    options: Mapping[str, Any]
    table: Path

    def simulate(self) -> RunResult:
        """Run it.

        Raises:
            SimdyhpoError: see `simdyhpo.simulate`.
        """
        factory = SchedulerFactory(self.spec.scheduler, self.options)
        return Run(self.spec, factory, shared_table(self.table)).finish()


class Outcome(msgspec.Struct, frozen=True):
    """What became of a task.

    Attributes:
        key: of the cell.
        failure: why there is no result, in a line; None if there is one.
        fatal: the result can't be kept, so that going on makes no sense.
    """

    key: str
    failure: str | None = None
    fatal: bool = False


def keep_in_store(task: Task, folder: Path, under_way: Path, *, sync: bool = False) -> Outcome:
    """Simulate a task and keep the result in the store at `folder`, unless somebody else did meanwhile.

    Never raises on account of the cell: one cell's failure is no matter of the others.

    Args:
        task: the cell.
        folder: of the store.
        under_way: a folder in which a file of the key's name says that the cell is being worked on; it stays
            there if this process dies.
        sync: the disk has a result before its cell counts as done.
    """
    settle_in()
    store = _store(folder)
    try:
        if store.has(task.key):
            return Outcome(task.key)
        mark = under_way / task.key
        mark.touch()
        outcome = _simulate_and_keep(task, store, sync=sync)
        mark.unlink(missing_ok=True)
    except OutputError as error:
        return Outcome(task.key, str(error), fatal=True)
    except OSError as error:
        return Outcome(task.key, str(cant_write(folder, error)), fatal=True)
    return outcome


@functools.cache
def _store(folder: Path) -> Store:
    """The same for all tasks of a process: what packs hold is learned once."""
    return Store(folder)


def _simulate_and_keep(task: Task, store: Store, *, sync: bool) -> Outcome:
    """Whatever a user's code raises, `SystemExit` and `KeyboardInterrupt` included, is this cell's failure.

    What is wrong with its answers may come to light only when the result is written. (That the folder can't
    be written is another matter.)
    """
    try:
        result = task.simulate()
    except BaseException as error:  # noqa: BLE001
        return _failed(task, store, error)
    try:
        store.write(task.key, result, sync=sync)
    except OutputError:
        raise
    except BaseException as error:  # noqa: BLE001
        return _failed(task, store, error)
    return Outcome(task.key)


def _failed(task: Task, store: Store, error: BaseException) -> Outcome:
    store.write_failure(task.key, story_of(error))
    return Outcome(task.key, reason_of(error))
