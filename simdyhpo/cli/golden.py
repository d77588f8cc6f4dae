"""`simdyhpo golden`: keep what a scheduler decided, and see whether it still does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from simdyhpo.cli.commands import CommandGroup
from simdyhpo.cli.lookup import find_own_modules
from simdyhpo.cli.measures import regret_words
from simdyhpo.cli.simulation import check_budget, simulated, simulation_options
from simdyhpo.cli.text import AS_JSON, print_lines

DIFFERENT = 1
"""Exit status where a run differs from its golden log."""

_FILES = click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
_TABLES = click.option(
    "--blackbox", "tables", metavar="TABLE", multiple=True, help="A table that isn't shipped; repeatable."
)


@click.group(cls=CommandGroup)
def golden() -> None:
    """Golden logs of schedulers, for regression tests."""


@golden.command(short_help="Simulate, and keep the decisions in a new file.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@simulation_options
def record(*, file: Path, **settings: Any) -> None:  # noqa: ANN401 - see `simulation_options`
    """Simulate, and keep all decisions in the new FILE, e.g. golden/asha.jsonl."""
    check_budget(settings)
    from simdyhpo.golden.checks import check_new
    from simdyhpo.golden.checks import record as keep

    check_new(file)
    result = simulated(settings)
    keep(file, result)
    click.echo(f"{file}: {len(result.log):,} decisions, {regret_words(result)}")


@golden.command(short_help="Make the runs again and compare.")
@_FILES
@_TABLES
@click.option(
    "--tolerant",
    is_flag=True,
    help="For schedulers with a model, on another machine: scores may differ by rounding, and the decisions "
    "from the first near-tie on.",
)
@click.option(
    "--keep",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Keep the run of each FILE in DIR/NAME, to look at it with `simdyhpo trace`.",
)
@click.option("--tolerance", type=float, metavar="X", help="With --tolerant: relative; default 1e-6.")
@AS_JSON
@click.pass_context
def check(  # noqa: PLR0913 - one parameter an option
    context: click.Context,
    *,
    files: tuple[Path, ...],
    tables: tuple[str, ...],
    tolerant: bool,
    tolerance: float | None,
    keep: Path | None,
    as_json: bool,
) -> None:
    """Make the run of each FILE again and compare; exit status 1 if a decision differs."""
    from simdyhpo.errors import OptionError
    from simdyhpo.golden.checks import TOLERANCE
    from simdyhpo.golden.checks import check as compare
    from simdyhpo.traces.manifest import to_json_line

    if tolerance is not None and not tolerant:
        raise click.UsageError("--tolerance needs --tolerant")
    if tolerance is not None and not 0 < tolerance < 1:
        raise OptionError("tolerance", tolerance, "give a number above 0 and below 1")
    allowed = (tolerance or TOLERANCE) if tolerant else 0.0
    _look_for_schedulers(files)
    agree, told = True, []
    for file in files:
        place = None if keep is None else keep / file.stem
        checked = compare(file, tables=tables, tolerance=allowed, keep=place)
        if as_json:
            told.append(to_json_line(checked.plain()))
        else:
            print_lines(checked.lines())
        if place is not None:
            click.echo(f"  its run is in {place}", err=as_json)
        agree &= checked.agrees
    if as_json:
        print_lines([f"[{','.join(told)}]"])
    context.exit(0 if agree else DIFFERENT)


@golden.command(short_help="Make the runs again, show what changed, and keep it.")
@_FILES
@_TABLES
def update(*, files: tuple[Path, ...], tables: tuple[str, ...]) -> None:
    """Make the run of each FILE again, show what changed, and keep it."""
    from simdyhpo.golden.checks import update as renew

    _look_for_schedulers(files)
    for file in files:
        changed = renew(file, tables=tables)
        print_lines(changed.lines())
        click.echo(f"{file}: {'written' if changed.changed else 'left as it is'}")


def _look_for_schedulers(files: tuple[Path, ...]) -> None:
    """Read all files before the first run is made, so that a damaged one is found at once."""
    from simdyhpo.golden.text import read_golden
    from simdyhpo.own_code import own_names

    for file in files:
        spec = read_golden(file).spec
        find_own_modules(*own_names(spec.scheduler, spec.options))
