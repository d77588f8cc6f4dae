"""What commands on studies share: opening one, running it, saying how it stands."""

from __future__ import annotations

import shlex
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simdyhpo.cli.lookup import find_own_modules

if TYPE_CHECKING:
    from simdyhpo.studies.conductor import Summary
    from simdyhpo.studies.plan import Plan
    from simdyhpo.studies.spec import Study
    from simdyhpo.studies.store import Store


def run_and_say(plan: Plan, store: Store, pool: object, *, sync: bool = False) -> Summary:
    """Run a study; in the end, or when interrupted, say how it stands and how to go on.

    Exits with 1 if cells failed or were lost, with 130 when interrupted.
    """
    from simdyhpo.studies.conductor import run_study as run
    from simdyhpo.studies.places import DAMAGED

    signal.signal(signal.SIGTERM, _interrupt)  # as a cluster's queue sends before it kills
    try:
        summary = run(plan, store, pool, sync=sync)  # type: ignore[arg-type]
    except KeyboardInterrupt:
        done = len(store.finished() & set(plan.keys))
        command = shlex.join(["simdyhpo", *sys.argv[1:]])
        click.echo(
            f"\ninterrupted: {done} of {len(set(plan.keys))} cells are done and kept in {store.folder}. "
            f"Go on with:\n{command}",
            err=True,
        )
        raise click.exceptions.Exit(130) from None
    if summary.damaged:
        first = summary.damaged[0]
        click.echo(
            f"{len(summary.damaged)} damaged cells were set aside in {store.folder / DAMAGED}; "
            f"the first was {first.path}: {first.problem}",
            err=True,
        )
    there = summary.planned - len(summary.made) - len(summary.failures)
    click.echo(f"{len(summary.made)} cells made, {there} were there: {store.folder}")
    if summary.lost:
        click.echo(
            f"{len(summary.lost)} of these cells are there no more, or not whole: somebody else has removed "
            "or changed them meanwhile; run the study again",
            err=True,
        )
    if summary.failures:
        reasons = dict.fromkeys(summary.failures.values())
        click.echo(
            f"{len(summary.failures)} cells failed; the whole story: {store.folder / 'failures'}", err=True
        )
        for reason in list(reasons)[:5]:
            count = sum(reason == other for other in summary.failures.values())
            click.echo(f"  {count} x {reason}", err=True)
    if summary.failures or summary.lost:
        raise click.exceptions.Exit(1)
    return summary


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def open_study(
    given: str, out: Path | None, tables: Path | None, *, runs: bool = False
) -> tuple[Study, Plan, Store]:
    """A study, its plan and its results.

    Args:
        given: its name, its file, or the folder of its results; see `simdyhpo.studies.given`.
        out, tables: as given.
        runs: whether schedulers that aren't ours may be imported; who only reads imports none.
    """
    from simdyhpo.errors import UnknownNameError
    from simdyhpo.own_code import own_names
    from simdyhpo.studies.files import load_study
    from simdyhpo.studies.given import given_study
    from simdyhpo.studies.plan import make_plan
    from simdyhpo.studies.store import Store

    found = given_study(given)
    spec, store = found.study, Store(out or found.results)
    try:
        if not runs:
            return spec, reading_plan(spec, store, tables), store
        for variant in spec.variants:
            find_own_modules(*own_names(variant.scheduler, variant.options))
        if found.path.is_file():
            load_study(found.path)  # once more, with the options of what isn't ours
        else:
            spec.check()
        return spec, make_plan(spec, tables), store
    except UnknownNameError as error:
        raise found.in_place(error) from None


def reading_plan(spec: Study, store: Store, tables: Path | None) -> Plan:
    """The plan of a study, without a line of anybody's code: settings are those of stored cells.

    Where there are none, says on stderr what isn't known.
    """
    from simdyhpo.own_code import nothing_runs
    from simdyhpo.studies.plan import make_plan
    from simdyhpo.studies.settled import settled, unsettled

    with nothing_runs():
        known = settled(spec, store)
        for variant in unsettled(spec, known):
            click.echo(
                f"note: {variant.label} needs code that isn't ours, which isn't run to read results; "
                f"none of its cells is known in {store.folder}, so all count as missing",
                err=True,
            )
        return make_plan(spec, tables, known)
