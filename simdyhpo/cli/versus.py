"""`simdyhpo versus`: schedulers against each other, in one line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simdyhpo.cli import completion
from simdyhpo.cli.captions import NO_CAPTION, SIZE
from simdyhpo.cli.common_options import JOBS, TABLES, out_folder, tables_named
from simdyhpo.cli.lookup import find_own_modules
from simdyhpo.cli.measures import TARGET
from simdyhpo.cli.simulation import CLUSTER, SAMPLING

if TYPE_CHECKING:
    from simdyhpo.candidates import Sampling


@click.command(short_help="Compare schedulers: figures, tables and tests.")
@click.argument(
    "schedulers", nargs=-1, required=True, metavar="SCHEDULER...", shell_complete=completion.schedulers
)
@click.option(
    "--blackbox",
    "blackboxes",
    multiple=True,
    required=True,
    metavar="A,B,...",
    help="Tables, by name or path; repeatable.",
    shell_complete=completion.tables,
)
@click.option(
    "--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Number of virtual workers."
)
@click.option(
    "--seeds", type=click.IntRange(min=1), default=10, show_default=True, help="Runs of each on each table."
)
@click.option(
    "--max-epochs", type=int, help="Budget of a run in reports; default: 1000, if no other is given."
)
@click.option("--max-seconds", type=float, help="Budget in simulated seconds.")
@SAMPLING
@CLUSTER
@out_folder("runs/versus", "Folder of figures, report and results.")
@TABLES
@JOBS
@TARGET
@NO_CAPTION
@SIZE
def versus(  # noqa: PLR0913 - one parameter an option
    *,
    schedulers: tuple[str, ...],
    blackboxes: tuple[str, ...],
    workers: int,
    seeds: int,
    max_epochs: int | None,
    max_seconds: float | None,
    sampling: Sampling,
    cluster: str,
    out: Path,
    tables: Path | None,
    jobs: int | None,
    target: float | None,
    no_caption: bool,
    size: tuple[float, float] | None,
) -> None:
    """Run every SCHEDULER on every table for every seed; write figures, a report and paired tests.

    A scheduler's settings stand behind its name, in quotes: "dyhpo probability_sh=0". The first one is whom
    the others are compared with. Results are kept in DIR/results: the same command goes on where it was
    interrupted, and with further schedulers, tables or seeds it runs only what is new.
    """
    from simdyhpo.cli.studying import run_and_say
    from simdyhpo.own_code import own_names
    from simdyhpo.studies.one_line import budget_of
    from simdyhpo.studies.places import RESULTS
    from simdyhpo.studies.plan import make_plan
    from simdyhpo.studies.pool import Pool
    from simdyhpo.studies.store import Store
    from simdyhpo.studies.stored_plan import write_plan
    from simdyhpo.versus.files import write_versus
    from simdyhpo.versus.study import contender, versus_study

    contenders = [contender(text) for text in schedulers]
    for one in contenders:
        find_own_modules(*own_names(one.scheduler, one.options))
    study = versus_study(
        contenders,
        blackboxes=tables_named(blackboxes),
        budget=budget_of(max_epochs, max_seconds),
        workers=workers,
        seeds=seeds,
        sampling=sampling,
        cluster=cluster,
        name=out.name if out.name.isidentifier() else "versus",
    )
    plan, store = make_plan(study, tables), Store(out / RESULTS)
    store.open()
    write_plan(plan, store.folder)
    run_and_say(plan, store, Pool("loky", jobs))
    text, written = write_versus(plan, store, out, target=target, captions=not no_caption, size=size)
    click.echo(f"\n{text}", nl=False)
    click.echo("\nWritten:")
    for path in written:
        click.echo(f"  {path}")
