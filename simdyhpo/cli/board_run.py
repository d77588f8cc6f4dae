"""`simdyhpo board run`: where does mine stand?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simdyhpo.cli import completion
from simdyhpo.cli.board_options import BOARD, PART
from simdyhpo.cli.common_options import out_folder, settings
from simdyhpo.cli.lookup import find_own_modules
from simdyhpo.cli.pool_options import pool_options
from simdyhpo.cli.studying import run_and_say
from simdyhpo.cli.text import aligned, print_lines

if TYPE_CHECKING:
    from simdyhpo.board.standing import Standing
    from simdyhpo.studies.pool import Kind


@click.command(short_help="Run a scheduler on the board, and see where it stands.")
@click.argument("scheduler", shell_complete=completion.schedulers)
@settings()
@click.option("--quick", is_flag=True, help="Fewer tables and seeds, always the same: minutes, not hours.")
@PART
@out_folder("runs/board", "Folder of the page, figures, its results and runs.")
@click.option(
    "--without-law",
    "without",
    multiple=True,
    metavar="LAW",
    help="A law that it breaks on purpose; repeatable.",
)
@pool_options
@BOARD
def run(  # noqa: PLR0913 - one parameter an option
    *,
    scheduler: str,
    options: tuple[str, ...],
    quick: bool,
    part: str | None,
    out: Path,
    without: tuple[str, ...],
    jobs: int | None,
    executor: Kind,
    address: str | None,
    folder: Path | None,
) -> None:
    """Run SCHEDULER on the board's tables and seeds, and say where it stands among the methods there.

    SCHEDULER: module:Class, or a name of the catalogue. First the laws, then its runs, then ranks, paired
    tests and one page with figures. The same command goes on where it was interrupted. Exit status 1 if runs
    failed: then it is ranked on none.
    """
    from simdyhpo.board.contest import check_laws, contest
    from simdyhpo.board.definition import SHIPPED
    from simdyhpo.options import parse_pairs
    from simdyhpo.studies.pool import Pool

    given = parse_pairs(options)
    find_own_modules(scheduler, *given.values())
    mine = contest(scheduler, given, out=out, quick=quick, part=part, folder=folder or SHIPPED)
    check_laws(scheduler, given, without)
    mine.store.open()
    failed = False
    try:
        run_and_say(mine.plan, mine.store, Pool(executor, jobs, address))
    except click.exceptions.Exit as ended:
        if ended.exit_code != 1:
            raise
        failed = True
    found = mine.standing()
    _say(found)
    written = found.save(out)
    file = out / f"{mine.label.replace(' ', '-')}.parquet"
    if found.ranked:
        mine.write(file)
        written.append(file)
    click.echo("\nWritten:")
    for path in written:
        click.echo(f"  {path}")
    if failed:
        raise click.exceptions.Exit(1)


def _say(found: Standing) -> None:
    from simdyhpo.board.words import head_words, rest_words, table_rows

    click.echo(f"\n{head_words(found.found)}\n")
    if found.ranked:
        head, rows = table_rows(found.found)
        right = [name for name in head if name not in ("method", "95 % interval")]
        print_lines(aligned(head, rows, right=right))
        print_lines(rest_words(found.found))
        click.echo()
    click.echo(found.words)
    if found.ranked and found.others:
        duels = ", ".join(
            f"{row['label']} {row['won']}-{row['tied']}-{row['lost']}"
            for row in found.duels.to_dict("records")
        )
        click.echo(f"Tables won-tied-lost: {duels}.")
    if found.seconds_per_decision == found.seconds_per_decision:
        click.echo(
            f"A decision took {1e3 * found.seconds_per_decision:.2g} ms here (host, median over runs)."
        )
