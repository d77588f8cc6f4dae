"""`simdyhpo.compare`: schedulers against each other, from Python."""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from simdyhpo.bars import progress_bar
from simdyhpo.candidates import Sampling
from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.errors import OptionError, SimdyhpoError
from simdyhpo.runs.front_door import Run
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.studies.conductor import run_study
from simdyhpo.studies.one_line import budget_of
from simdyhpo.studies.places import RESULTS
from simdyhpo.studies.plan import Plan, make_plan
from simdyhpo.studies.pool import Pool
from simdyhpo.studies.spec import NAME, Variant
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_plan import stored_plan, write_plan
from simdyhpo.tables.curves import CurveTable
from simdyhpo.versus.comparison import Comparison
from simdyhpo.versus.study import contender, versus_study

Scheduler = str | type | tuple[str | type, Mapping[str, Any]]
"""A name with settings behind it, as `simdyhpo versus` takes it; a class; or either with its options."""

Table = str | Path | CurveTable


def compare(  # noqa: PLR0913 - the parts of a comparison
    schedulers: Sequence[Scheduler] | Mapping[str, Scheduler],
    blackboxes: Table | Sequence[Table],
    *,
    seeds: int | Sequence[int] = 10,
    workers: int = 1,
    max_epochs: int | None = None,
    max_seconds: float | None = None,
    sampling: Sampling = "without-replacement",
    cluster: Cluster | str | Mapping[str, object] = "ideal",
    out: str | Path | None = None,
    jobs: int | None = None,
) -> Comparison:
    """Run every scheduler on every table for every seed, and compare.

    The same as `simdyhpo versus`, whose results it goes on with.

    Args:
        schedulers: at least two: names, with settings behind them if any ("dyhpo probability_sh=0"); classes;
            pairs of either and a dictionary of options; or any of these by the label that tables and figures
            shall show. The first one is whom the others are compared with.
        blackboxes: tables, or names or paths for `simdyhpo.load_blackbox`; one or several.
        seeds: how many runs of each on each table, or which seeds.
        workers: number of virtual workers.
        max_epochs, max_seconds: budget of a run, in reports and in simulated seconds; 1,000 epochs if there
            is neither.
        sampling: "with-replacement": a configuration may start again, for many workers on few of them.
        cluster: what the workers are like, as `simdyhpo.simulate` takes it.
        out: a folder to keep results in: with further schedulers, tables or seeds, only what is new is run.
            If not given, they go with the comparison.
        jobs: how many runs at once, each in a process of its own; one a core if not given. With 1, all run in
            this process; so do, one after another and always anew, schedulers that are given as classes.

    Raises:
        SimdyhpoError: something is unknown or can't be used, or a run failed.
        BaseException: what a class of yours raised, with a note.
    """
    variants, classes = _contenders(schedulers)
    home = Path(tempfile.mkdtemp(prefix="simdyhpo-")) if out is None else Path(out)
    try:
        given = [blackboxes] if isinstance(blackboxes, str | Path | CurveTable) else list(blackboxes)
        study = versus_study(
            variants,
            blackboxes=[_named(one, home / "own-tables") for one in given],
            budget=budget_of(max_epochs, max_seconds),
            workers=workers,
            seeds=seeds,
            sampling=sampling,
            cluster=cluster,
            name="comparison",
            own_code=False,
        )
        settled = {one.label: _factory(one, classes).settings for one in variants if one.own}
        plan, store = make_plan(study, settled=settled), Store(home / RESULTS)
        for one in variants:
            _factory(one, classes)  # its options are checked before anything runs
        store.open()
        write_plan(plan, store.folder)
        _run(plan, store, classes, jobs)
    except BaseException:
        if out is None:
            shutil.rmtree(home, ignore_errors=True)
        raise
    found = Comparison(store, stored_plan(plan), plan)
    if out is None:
        weakref.finalize(found, shutil.rmtree, home, ignore_errors=True)
    return found


def _run(plan: Plan, store: Store, classes: Mapping[str, type], jobs: int | None) -> None:
    """Run what is missing: in processes, and in this one what can't be sent to others."""
    mine = {one.label for one in plan.study.variants} if jobs == 1 else classes.keys()
    away = Plan(plan.study, [one for one in plan.cells if one.cell.variant.label not in mine], plan.tables)
    here = Plan(plan.study, [one for one in plan.cells if one.cell.variant.label in mine], plan.tables)
    if away.cells:
        summary = run_study(away, store, Pool("loky", jobs))
        if summary.failures:
            reasons = list(dict.fromkeys(summary.failures.values()))
            raise SimdyhpoError(f"{len(summary.failures)} runs failed; the first: {reasons[0]}")
    for planned in here.cells:
        if planned.cell.variant.label in classes:  # the code may be another one than last time
            store.remove(planned.key)
    store.set_damaged_aside(here.keys)
    missing = here.missing(store.finished())
    if not missing:
        return
    with progress_bar(desc="Simulating", total=len(missing), unit="run") as bar:
        for planned in missing:
            factory = _factory(planned.cell.variant, classes)
            table = plan.tables[planned.cell.blackbox]
            store.write(planned.key, Run(planned.spec, factory, table).finish())
            bar.update(1)


def _factory(variant: Variant, classes: Mapping[str, type]) -> SchedulerFactory:
    return SchedulerFactory(classes.get(variant.label, variant.scheduler), variant.options)


def _contenders(
    schedulers: Sequence[Scheduler] | Mapping[str, Scheduler],
) -> tuple[list[Variant], dict[str, type]]:
    """What is compared, and the classes among it by label."""
    if isinstance(schedulers, str):
        raise OptionError("schedulers", schedulers, "give a list of at least two")
    labelled: list[tuple[str | None, Any]] = (
        list(schedulers.items()) if isinstance(schedulers, Mapping) else [(None, one) for one in schedulers]
    )
    variants, classes = [], {}
    for label, given in labelled:
        what, options = given if isinstance(given, tuple) and len(given) == 2 else (given, {})
        if isinstance(what, type):
            one = Variant(what.__name__, f"{what.__module__}:{what.__name__}")
        elif isinstance(what, str):
            one = contender(what)
        else:
            raise OptionError("schedulers", given, "give names, classes, or pairs of one and its options")
        settings = "".join(f" {name}={value}" for name, value in options.items())
        one = Variant(label or one.label + settings, one.scheduler, {**one.options, **options})
        variants.append(one)
        if isinstance(what, type):
            classes[one.label] = what
    return variants, classes


def _named(table: Table, folder: Path) -> str:
    """A table's name or path; one in memory is saved first."""
    if not isinstance(table, CurveTable):
        return str(table)
    if not re.fullmatch(NAME, table.name):
        raise SimdyhpoError(
            f"table {table.name!r}: results are kept in files named after it, so give it a name of letters, "
            "digits, '.', '_' and '-'"
        )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{table.name}.npz"
    table.save(path)
    return str(path)
