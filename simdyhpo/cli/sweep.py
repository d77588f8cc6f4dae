"""`simdyhpo sweep`: what does one option do?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simdyhpo.cli import completion
from simdyhpo.cli.captions import NO_CAPTION, SIZE
from simdyhpo.cli.common_options import TABLES, tables_named
from simdyhpo.cli.lookup import find_own_modules
from simdyhpo.cli.measures import asked_measure, measure_options
from simdyhpo.cli.pool_options import pool_options
from simdyhpo.cli.simulation import CLUSTER, SAMPLING
from simdyhpo.errors import cant_write

if TYPE_CHECKING:
    from simdyhpo.candidates import Sampling
    from simdyhpo.studies.pool import Kind


@click.command(short_help="Compare the values of one option.")
@click.argument("option")
@click.option("--values", required=True, metavar="A,B,...", help="The values, at least two.")
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
    "--scheduler",
    default="dyhpo",
    show_default=True,
    help="Whose option it is.",
    shell_complete=completion.schedulers,
)
@click.option(
    "--option", "others", multiple=True, metavar="NAME=VALUE", help="Another setting, the same in all runs."
)
@click.option(
    "--rival",
    default="asha",
    show_default=True,
    help="A scheduler to compare with, or none.",
    shell_complete=completion.schedulers,
)
@click.option(
    "--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Number of virtual workers."
)
@click.option(
    "--seeds",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Runs of each value on each table.",
)
@click.option(
    "--max-epochs", type=int, help="Budget of a run in reports; default: 1000, if no other is given."
)
@click.option("--max-seconds", type=float, help="Budget in simulated seconds.")
@SAMPLING
@CLUSTER
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder; default: runs/sweep-OPTION."
)
@TABLES
@pool_options
@NO_CAPTION
@SIZE
@measure_options
def sweep(  # noqa: PLR0913 - one parameter an option
    *,
    option: str,
    values: str,
    blackboxes: tuple[str, ...],
    scheduler: str,
    others: tuple[str, ...],
    rival: str,
    workers: int,
    seeds: int,
    max_epochs: int | None,
    max_seconds: float | None,
    sampling: Sampling,
    cluster: str,
    out: Path | None,
    tables: Path | None,
    jobs: int | None,
    executor: Kind,
    address: str | None,
    no_caption: bool,
    size: tuple[float, float] | None,
    score: str | None,
    unit: str,
    reference: str,
) -> None:
    """Run a scheduler with each value of OPTION, and a rival; write figure, tables and tests.

    Results are kept in DIR/results: interrupted, the same command goes on, and with further values or seeds
    it runs only what is new.
    """
    from simdyhpo.cli.studying import run_and_say
    from simdyhpo.options import parse_pairs
    from simdyhpo.studies.one_line import budget_of
    from simdyhpo.studies.option_sweep import sweep_study, write_sweep
    from simdyhpo.studies.places import RESULTS, STUDY
    from simdyhpo.studies.plan import make_plan
    from simdyhpo.studies.pool import Pool
    from simdyhpo.studies.store import Store
    from simdyhpo.studies.stored_plan import write_plan
    from simdyhpo.studies.study_text import study_text

    measure = asked_measure(score, unit, reference)
    find_own_modules(scheduler, rival, *values.split(","), *parse_pairs(others).values())
    study = sweep_study(
        option,
        [_value(text) for text in values.split(",")],
        blackboxes=tables_named(blackboxes),
        budget=budget_of(max_epochs, max_seconds),
        scheduler=scheduler,
        options=parse_pairs(others),
        rival=None if rival.lower() == "none" else rival,
        workers=workers,
        seeds=seeds,
        sampling=sampling,
        cluster=cluster,
    )
    folder = out or Path("runs", f"sweep-{option}")
    plan, store = make_plan(study, tables), Store(folder / RESULTS)
    measure.check(plan.tables)  # before anything is run
    store.open()
    write_plan(plan, store.folder)
    run_and_say(plan, store, Pool(executor, jobs, address))
    click.echo()
    text = write_sweep(plan, store, option, folder, measure, caption=not no_caption, size=size)
    file = folder / STUDY
    try:
        file.write_text(study_text(plan.study), encoding="utf-8")
    except OSError as error:
        raise cant_write(file, error) from None
    click.echo(text, nl=False)
    click.echo(f"\nFigure, report, tables, and the study behind them: {folder}")


def _value(text: str) -> int | float | str:
    """A number if it is one; the scheduler's options check it."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text.strip()
