"""What happens in a worker process: one cell is simulated, and kept, or sent back where it can't be."""

from __future__ import annotations

import errno
import functools
from pathlib import Path

import msgspec

from simdyhpo.errors import OutputError, cant_write
from simdyhpo.processes import settle_in
from simdyhpo.studies.failures import reason_of, story_of
from simdyhpo.studies.sending import send_back
from simdyhpo.studies.store import Store
from simdyhpo.studies.tables import shared_table
from simdyhpo.studies.tasks import Outcome, Task
from simdyhpo.studies.under_way import is_seen

_NOT_OURS = (errno.EACCES, errno.EPERM, errno.EROFS)
"""A folder that is there, and that this process may not write into."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a run's results go.

    Attributes:
        folder: of the store.
        marks: a folder in which a file of a key's name says that its cell is being worked on; it stays there
            if the process dies.
        asked: digest of what the run asks for, as `write_asked` noted it among the marks: by this a process
            knows that it sees the folder that is meant, and not only one of its name.
        sync: the disk has a result before its cell counts as done.
    """

    folder: Path
    marks: Path
    asked: str
    sync: bool = False


def keep_or_send(task: Task, content: bytes | None = None, *, place: Place) -> Outcome:
    """Simulate a task and keep the result in the store, unless somebody else did meanwhile.

    A process that can't write there sends the result back, if it got the table along; else it says so.
    Never raises on account of the cell: one cell's failure is no matter of the others.

    Args:
        task: the cell.
        content: of its table's file, where it goes along.
        place: where the result goes.
    """
    settle_in()
    try:
        why = _begin(task, place)
        if why is None:
            return _keep(task, place)
    except OutputError as error:
        return Outcome(task.key, str(error), fatal=True)
    except OSError as error:
        return Outcome(task.key, str(cant_write(place.folder, error)), fatal=True)
    return Outcome(task.key, unseen=why) if content is None else send_back(task, content)


def _begin(task: Task, place: Place) -> str | None:
    """Mark a cell as being worked on; returns why this process can't, if the reason lies in where it is.

    Raises:
        OSError: there is another reason.
    """
    if not is_seen(place.marks, place.asked):
        return str(cant_write(place.folder, FileNotFoundError(errno.ENOENT, "it isn't there")))
    try:
        (place.marks / task.key).touch()
    except OSError as error:
        if error.errno not in _NOT_OURS:
            raise
        return str(cant_write(place.folder, error))
    return None


def _keep(task: Task, place: Place) -> Outcome:
    """Work on a cell that was begun.

    Raises:
        OutputError, OSError: the folder can't be written.
    """
    store = _store(place.folder)
    done = store.has(task.key)
    outcome = Outcome(task.key) if done else _simulate_and_keep(task, store, sync=place.sync)
    (place.marks / task.key).unlink(missing_ok=True)
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
        result = task.simulate(shared_table(task.table))
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
