"""`simdyhpo blackbox make` and `blackbox suites`: published benchmark data as tables."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simdyhpo.cli.text import AS_JSON, print_json

if TYPE_CHECKING:
    from simdyhpo.tables.blackboxes import BlackboxFiles


@click.command("suites")
@AS_JSON
def list_suites(*, as_json: bool) -> None:
    """Show the suites that `make` knows, and what each takes as --option name=value."""
    from simdyhpo.cli.option_lines import option_lines, option_rows
    from simdyhpo.importers.suites import SUITES

    if as_json:
        print_json(
            [
                {"name": name, "title": suite.title, "options": option_rows(suite.Options)}
                for name, suite in SUITES.items()
            ]
        )
        return
    for name, suite in SUITES.items():
        click.echo(f"{name}: {suite.title}")
        for line in option_lines(suite.Options):
            click.echo(f"  {line}")
        click.echo()


@click.command("make", short_help="Make a suite's tables from its published files.")
@click.argument("suite")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Folder of the published files; default: where `blackbox fetch` puts them.",
)
@click.option("--task", "tasks", multiple=True, help="One task; may be repeated; default: all.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for the tables; default: the user's, where every command finds them by name.",
)
@click.option(
    "--option", "settings", multiple=True, metavar="NAME=VALUE", help="A setting of the suite; repeatable."
)
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Tables at once.")
def make(  # noqa: PLR0913 - one argument for each option of the command
    *,
    suite: str,
    data: Path | None,
    tasks: tuple[str, ...],
    out: Path | None,
    settings: tuple[str, ...],
    jobs: int,
) -> None:
    """Make the tables of SUITE; `simdyhpo blackbox suites` lists what there is.

    Tables that are there are not made again: interrupt it and give the same command again, and it goes on.
    """
    from simdyhpo.errors import SimdyhpoError
    from simdyhpo.importers.making import make_tables, orders
    from simdyhpo.importers.raw import raw_folder
    from simdyhpo.importers.suites import find_suite
    from simdyhpo.options import build_options, parse_pairs
    from simdyhpo.tables.blackboxes import tables_folder

    known = find_suite(suite)
    options = build_options(known.Options, parse_pairs(settings))
    fetched = raw_folder(known.raw)
    files = known.published
    if files and data is None and not any((fetched / file).is_file() for file in files):
        raise SimdyhpoError(
            f"no published files of {suite} in {fetched}: get them with `simdyhpo blackbox fetch {suite}`, "
            "or say where they are with --data FOLDER"
        )
    wanted = orders(suite, tasks, options, data or fetched, out or tables_folder())
    shown = sys.stderr.isatty()
    bar = None
    if shown:
        from simdyhpo.bars import Bar

        bar = Bar(total=len(wanted), desc=suite, unit="table", leave=False)
    made = 0
    for done in make_tables(wanted, jobs):
        made += done.made
        state = "made" if done.made else "was there"
        line = f"{done.order.files.table}: {done.curves} x {done.resources}, {state}, {done.checksum[:16]}"
        line = "\n".join([line, *_asked(done.order.files, alone=len(wanted) == 1)])
        if bar is None:
            click.echo(line)
        else:
            bar.write(line, file=sys.stdout)
            bar.update()
    if bar is not None:
        bar.close()
    click.echo(f"{made} tables made, {len(wanted) - made} were there.")


def _asked(files: BlackboxFiles, *, alone: bool) -> Iterator[str]:
    """Of a table made by a formula: what was asked beside what it has; of many tables, the correlation."""
    from simdyhpo.cli.asked_lines import asked_lines
    from simdyhpo.tables.blackboxes import read_manifest

    manifest = read_manifest(files.manifest)
    if manifest.achieved:
        kept = None if alone else ("rank_correlation",)
        yield from (f"  {line}" for line in asked_lines(manifest, kept))
