"""Run what a study lacks: in many processes, with a bar, whatever dies or fails on the way."""

from __future__ import annotations

import functools
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from simdyhpo.bars import Bar
from simdyhpo.errors import OutputError, SimdyhpoError
from simdyhpo.studies.plan import Plan, PlannedCell
from simdyhpo.studies.pool import Pool, WorkerDied
from simdyhpo.studies.store import UNDER_WAY, Store
from simdyhpo.studies.tables import share_table
from simdyhpo.studies.worker import Outcome, Task, keep_in_store

_DEATHS_ALLOWED = 2
"""A cell during which so many processes died is given up."""


class Summary(msgspec.Struct, frozen=True):
    """What a call of `run_study` did.

    Attributes:
        planned: number of different cells that the study asks for.
        made: keys of the cells that were finished now.
        failures: why others weren't, by key, in a line each.
    """

    planned: int
    made: list[str]
    failures: dict[str, str]


def run_study(plan: Plan, store: Store, pool: Pool) -> Summary:
    """Simulate the cells that the store lacks, each kept as soon as it ends.

    A bar on stderr shows the cells done, the failures and the time left. Each cell is simulated on its own,
    so what is stored depends neither on the pool nor on what happened on the way. A cell that raises an
    error, or during which processes died twice, is counted and noted, and the others go on. An interrupt
    loses the cells under way; the next call goes on from there.

    Raises:
        OutputError: the store can't be written; finished cells stay.
        SimdyhpoError: the pool can't be used.
    """
    pool.check()
    store.open()
    missing = plan.missing(store.finished())
    planned = len(set(plan.keys))
    if not missing:
        return Summary(planned, [], {})
    tasks = _tasks(plan, missing, store)
    under_way = Path(tempfile.mkdtemp(prefix=UNDER_WAY, dir=store.folder))
    try:
        with _bar(len(tasks)) as bar:
            outcomes = _work_through_all(tasks, store, pool, under_way, bar)
    finally:
        shutil.rmtree(under_way, ignore_errors=True)
    failures = {key: outcome.failure for key, outcome in outcomes.items() if outcome.failure}
    return Summary(planned, [key for key in outcomes if key not in failures], failures)


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
    tasks: Sequence[Task], store: Store, pool: Pool, under_way: Path, bar: Bar
) -> dict[str, Outcome]:
    """Until every task has an outcome, with a new pool after each death of a process."""
    work = functools.partial(
        keep_in_store,
        folder=store.folder.absolute(),
        under_way=under_way.absolute(),
        parent=pool.parent,
    )
    outcomes: dict[str, Outcome] = {}
    deaths: Counter[str] = Counter()
    left = list(tasks)
    while left:
        before = len(outcomes)

        def show(done: int, before: int = before) -> None:
            bar.update(before + done - bar.n)

        try:
            for outcome in pool.work_through(work, left, show):
                if outcome.fatal:
                    raise OutputError(outcome.failure)
                outcomes[outcome.key] = outcome
                if outcome.failure:
                    bar.set_postfix(failed=sum(bool(o.failure) for o in outcomes.values()))
        except WorkerDied:
            _take_stock(left, outcomes, deaths, store, under_way)
        left = [task for task in left if task.key not in outcomes]
    bar.update(len(outcomes) - bar.n)
    return outcomes


def _take_stock(
    left: Sequence[Task],
    outcomes: dict[str, Outcome],
    deaths: Counter[str],
    store: Store,
    under_way: Path,
) -> None:
    """After a death: what was finished unheard of, and which cells were being worked on."""
    finished = store.finished()
    suspects = {path.name for path in under_way.iterdir()}
    heard = len(outcomes)
    for task in left:
        if task.key in outcomes:
            continue
        if task.key in finished:
            outcomes[task.key] = Outcome(task.key)
        elif task.key in suspects:
            (under_way / task.key).unlink(missing_ok=True)
            deaths[task.key] += 1
            if deaths[task.key] >= _DEATHS_ALLOWED:
                words = f"its process died {_DEATHS_ALLOWED} times, perhaps for lack of memory"
                store.write_failure(task.key, f"{words}\n")
                outcomes[task.key] = Outcome(task.key, words)
    if len(outcomes) == heard and not suspects:
        raise SimdyhpoError("the simulating processes die before they begin; try again with --jobs 1")


def _bar(total: int) -> Bar:
    # Where nobody watches, a line every few seconds is enough.
    patience = 0.1 if sys.stderr.isatty() else 5.0
    return Bar(desc="Simulating", total=total, unit="cell", ncols=80, mininterval=patience, miniters=1)
