"""Run what a study lacks: in many processes, with a bar, whatever dies or fails on the way."""

from __future__ import annotations

import contextlib
import functools
import shutil
import tempfile
import warnings
from collections import Counter, deque
from collections.abc import Sequence
from pathlib import Path

import msgspec

from simdyhpo.bars import Bar, progress_bar
from simdyhpo.errors import OutputError, SimdyhpoError
from simdyhpo.processes import Ended
from simdyhpo.studies.damage import DamagedCell
from simdyhpo.studies.failures import reason_of, story_of
from simdyhpo.studies.packing import AT_ONCE, pack_at_rest, pack_cells
from simdyhpo.studies.plan import Plan, PlannedCell
from simdyhpo.studies.pool import Pool
from simdyhpo.studies.sent_cells import keep_sent
from simdyhpo.studies.store import Store
from simdyhpo.studies.tables import share_table
from simdyhpo.studies.tasks import Outcome, Task
from simdyhpo.studies.under_way import UNDER_WAY, write_asked
from simdyhpo.studies.worker import Place, keep_or_send

_DEATHS_ALLOWED = 2
"""A cell during which so many processes died is given up."""
_STILLBORN_ALLOWED = 5
"""So many for each process of a pool, in a row, may die before they begin."""
_STILLBORN_WORDS = (
    "the simulating processes die before they begin, {} in a row; what was finished is kept. If memory is "
    "short, try again with fewer at once (--jobs)"
)


class Summary(msgspec.Struct, frozen=True):
    """What a call of `run_study` did.

    Attributes:
        planned: number of different cells that the study asks for.
        made: keys of the cells that were finished now.
        failures: why others weren't, by key, in a line each.
        damaged: cells that were damaged, set aside, and so made anew.
        lost: keys of cells that were there or were made, but aren't there, or whole, at the end.
    """

    planned: int
    made: list[str]
    failures: dict[str, str]
    damaged: list[DamagedCell] = msgspec.field(default_factory=list)
    lost: list[str] = msgspec.field(default_factory=list)


def run_study(plan: Plan, store: Store, pool: Pool, *, sync: bool = False) -> Summary:
    """Simulate the cells that the store lacks, each kept as soon as it ends.

    A bar on stderr shows the cells done, the failures and the time left. Each cell is simulated on its own,
    so what is stored depends neither on the pool nor on what happened on the way. When enough are there, they
    are packed. A cell that raises anything, or during which processes died twice, is counted and noted, and
    the others go on. An interrupt loses the cells under way; the next call goes on from there.

    Args:
        plan: what is asked.
        store: where results go.
        pool: who works.
        sync: each cell is forced to the disk before it counts as done, and not only when it is packed.

    Raises:
        OutputError: the store can't be written; finished cells stay.
        SimdyhpoError: the pool can't be used.
    """
    pool.check()
    store.open()
    damaged = store.set_damaged_aside(plan.keys)
    missing = plan.missing(store.finished())
    planned = len(set(plan.keys))
    if not missing:
        _pack(store)
        return Summary(planned, [], {}, damaged)
    tasks = _tasks(plan, missing, store)
    under_way = Path(tempfile.mkdtemp(prefix=UNDER_WAY, dir=store.folder))
    try:
        place = Place(
            folder=store.folder.absolute(),
            marks=under_way.absolute(),
            asked=write_asked(under_way, plan.keys),
            sync=sync,
        )
        with progress_bar(desc="Simulating", total=len(tasks), unit="cell") as bar:
            outcomes = _work_through_all(tasks, store, pool, place, bar)
    finally:
        shutil.rmtree(under_way, ignore_errors=True)
    _pack(store)
    # In the plan's order, whichever process was the first.
    failures = {task.key: failure for task in tasks if (failure := outcomes[task.key].failure)}
    made = [task.key for task in tasks if task.key not in failures]
    lost = sorted(set(plan.keys) - store.finished() - failures.keys())
    lost += [one.key for one in store.damage(made)]
    return Summary(planned, made, failures, damaged, lost)


def _tasks(plan: Plan, missing: Sequence[PlannedCell], store: Store) -> list[Task]:
    names = dict.fromkeys(planned.cell.blackbox for planned in missing)
    shared = {name: share_table(plan.tables[name], store.folder / "tables").absolute() for name in names}
    return [
        Task(
            key=planned.key,
            spec=planned.spec,
            options=planned.cell.variant.options,
            table=shared[planned.cell.blackbox],
        )
        for planned in missing
    ]


def _work_through_all(
    tasks: Sequence[Task], store: Store, pool: Pool, place: Place, bar: Bar
) -> dict[str, Outcome]:
    """Until every task has an outcome; those whose process died are tried once more, after all others."""
    work = functools.partial(keep_or_send, place=place)
    outcomes: dict[str, Outcome] = {}
    loose: list[str] = []
    deaths: Counter[str] = Counter()
    stillborn = 0
    told = False
    left = deque(tasks)
    with contextlib.closing(pool.work_through(work, left, lambda task: task.file_along)) as all_ended:
        for ended in all_ended:
            key = ended.task.key
            # Who doesn't see the marks makes none: with its table along, a task counts as begun.
            begun = _take_mark(place.marks, key) or ended.task.along
            stillborn = stillborn + 1 if ended.died and not begun else 0
            if stillborn >= _STILLBORN_ALLOWED * pool.processes:
                raise SimdyhpoError(_STILLBORN_WORDS.format(stillborn))
            deaths[key] += ended.died and begun
            outcome = _outcome(ended, deaths[key], store)
            if outcome is None:
                left.append(ended.task)
                continue
            if outcome.fatal:
                raise OutputError(outcome.failure)
            if outcome.unseen is not None:
                left.append(_with_table(ended.task, outcome.unseen, pool))
                told = told or _tell(store, bar)
                continue
            outcomes[key] = outcome = keep_sent(outcome, store, sync=place.sync)
            bar.update(1)
            loose += [] if outcome.failure else [key]
            if len(loose) >= AT_ONCE:
                _pack(store, loose)
                loose = []
            if outcome.failure:
                bar.set_postfix(failed=sum(bool(o.failure) for o in outcomes.values()))
    return outcomes


def _pack(store: Store, keys: Sequence[str] | None = None) -> None:
    """Pack cells that are done, or, at the end, whatever is loose. That it fails is only worth a warning."""
    try:
        if keys is None:
            pack_at_rest(store)
        else:
            pack_cells(store, keys)
    except OutputError as error:
        warnings.warn(f"cells stay as they are, unpacked: {error}", stacklevel=3)


def _outcome(ended: Ended[Task, Outcome], deaths: int, store: Store) -> Outcome | None:
    """What became of a cell; None if it shall be tried again."""
    key = ended.task.key
    if ended.result is not None:
        return ended.result
    if store.has(key):
        # It was kept, whatever became of its process or of the message that should have said so.
        return Outcome(key)
    if not ended.died and ended.error is not None:
        # The cell's own errors are in the result: this one is a machine's, which lacks simdyhpo, say.
        store.write_failure(key, story_of(ended.error))
        return Outcome(key, reason_of(ended.error))
    if deaths < _DEATHS_ALLOWED:
        return None
    words = f"its process died {deaths} times, perhaps for lack of memory"
    store.write_failure(key, f"{words}\n")
    return Outcome(key, words)


def _with_table(task: Task, unseen: str, pool: Pool) -> Task:
    """A task for who can't write into the folder.

    Raises:
        OutputError: everybody should be able to, and can't.
    """
    if task.along or not pool.elsewhere:
        raise OutputError(unseen)
    return msgspec.structs.replace(task, along=True)


def _tell(store: Store, bar: Bar) -> bool:
    """Say that results are sent back; returns that it is said."""
    with bar.external_write_mode():
        warnings.warn(
            f"some workers can't write into {store.folder.absolute()}: they send their results back, and "
            "they are kept here",
            stacklevel=4,
        )
    return True


def _take_mark(under_way: Path, key: str) -> bool:
    """Whether a cell was begun and its process then died; takes the mark that says so away."""
    try:
        (under_way / key).unlink()
    except FileNotFoundError:
        return False
    return True
