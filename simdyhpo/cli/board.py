"""`simdyhpo board`: the fixed comparison that everybody's results can be held against."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simdyhpo.cli.board_options import BOARD, PART, parts_of, the_board
from simdyhpo.cli.board_run import run
from simdyhpo.cli.commands import CommandGroup
from simdyhpo.cli.measures import UNIT, asked_measure
from simdyhpo.cli.pool_options import pool_options
from simdyhpo.cli.studying import run_and_say
from simdyhpo.cli.text import AS_JSON, aligned, print_json, print_lines

if TYPE_CHECKING:
    from simdyhpo.board.adding import Added, Adder
    from simdyhpo.studies.pool import Kind

_DIFFERS = 1


@click.group(cls=CommandGroup)
def board() -> None:
    """One fixed comparison whose results come along: where does a scheduler stand?"""


board.add_command(run)


@board.command("show", short_help="Show who stands where on the board.")
@click.argument("methods", nargs=-1, metavar="[METHOD]...")
@PART
@click.option("--suite", metavar="NAME", help="Its tables alone.")
@click.option("--seeds", type=click.IntRange(min=1), metavar="N", help="The first N seeds alone.")
@click.option("--quick", is_flag=True, help="The cells of `board run --quick` alone.")
@UNIT
@click.option("--save", type=click.Path(path_type=Path), metavar="DIR", help="A page and figures, too.")
@AS_JSON
@BOARD
def show(  # noqa: PLR0913 - one parameter an option
    *,
    methods: tuple[str, ...],
    part: str | None,
    suite: str | None,
    seeds: int | None,
    quick: bool,
    unit: str,
    save: Path | None,
    as_json: bool,
    folder: Path | None,
) -> None:
    """The methods of the board, ranked over its tables, the best first.

    METHOD: one that has results there, or a file that `board run` wrote (a colleague's, say); all if none is
    named. Only methods that have every cell are ranked, so that all are on the same runs; the others are
    named with their counts. Regret is normalised: 0 is the table's best value, 1 its worst.
    """
    from simdyhpo.board.definition import grid_of
    from simdyhpo.board.field import read_field
    from simdyhpo.board.ranking import ranking
    from simdyhpo.board.words import head_words, plain, rest_words, table_rows

    measure = asked_measure(None, unit, "worst")
    fixed, place = the_board(folder)
    grid = grid_of(fixed, quick=quick, suite=suite, seeds=seeds)
    found = [
        ranking(fixed, one, grid, read_field(fixed, one, methods, place))
        for one in parts_of(fixed, place, part)
    ]
    if as_json:
        print_json([plain(one) for one in found])
    for number, one in enumerate([] if as_json else found):
        head, rows = table_rows(one, measure.unit)
        right = [name for name in head if name not in ("method", "95 % interval")]
        print_lines([*([""] * bool(number)), head_words(one), ""])
        print_lines(aligned(head, rows, right=right) if rows else ["nobody has all of these cells"])
        print_lines(rest_words(one))
    if not as_json:
        print_lines(
            [
                "",
                f"rank: of the last {measure.label()}, a mean over tables; regrets: means over runs",
            ]
        )
    if save is not None:
        from simdyhpo.board.files import write_board

        for path in write_board(found, save):
            click.echo(f"  {path}", err=as_json)


@board.command("add", short_help="Put results on the board.")
@click.argument("what", nargs=-1, required=True, metavar="FOLDER|METHOD...")
@PART
@click.option("--seeds", type=click.IntRange(min=1), metavar="N", help="Run the first N seeds alone.")
@click.option(
    "--cells",
    type=click.Path(path_type=Path),
    default=Path("runs/board-cells"),
    show_default=True,
    metavar="DIR",
    help="Where a METHOD's cells are run.",
)
@pool_options
@BOARD
def add(  # noqa: PLR0913 - one parameter an option
    *,
    what: tuple[str, ...],
    part: str | None,
    seeds: int | None,
    cells: Path,
    jobs: int | None,
    executor: Kind,
    address: str | None,
    folder: Path | None,
) -> None:
    """Merge finished cells into the board's results; for its maintainers.

    FOLDER: of any study's results: cells that are the board's, by their keys, are taken. METHOD: one of the
    catalogue or of board.toml: what the board lacks of it is run first. Adding twice is the same as once.
    """
    from simdyhpo.board.adding import Adder, variants_of
    from simdyhpo.studies.places import is_results
    from simdyhpo.studies.pool import Pool
    from simdyhpo.studies.store import Store

    fixed, place = the_board(folder)
    stores = [name for name in what if is_results(Path(name))]
    labels = [name for name in what if name not in stores]
    variants_of(fixed, labels, "or give the folder of a study's results")
    for one in [fixed.part(part)] if part is not None else fixed.parts:
        adder = Adder(fixed, one, place)
        for name in stores:
            _say_added(adder, adder.add(Store(Path(name))), name)
        for label in labels:
            plan, store = adder.lacking(label, seeds), Store(cells)
            if plan.cells:
                run_and_say(plan, store, Pool(executor, jobs, address))
            _say_added(adder, adder.add(store, [label]), label)


def _say_added(adder: Adder, found: list[Added], source: str) -> None:
    if not found:
        click.echo(f"{adder.part.name}: {source} has no cell that the board lacks")
    for one in found:
        now = one.merged
        words = [f"{now.added:,} added", f"{now.there:,} there already"]
        words += [f"{now.stale:,} of an earlier version dropped"] if now.stale else []
        words += (
            [f"{now.other:,} there with other marks, left as they are: see `board check`"]
            if now.other
            else []
        )
        words += [f"{len(one.damaged):,} damaged, left out"] if one.damaged else []
        click.echo(f"{one.part}, {one.label}: {len(now.cells):,} of {one.asked:,} cells; {', '.join(words)}")


@board.command("check", short_help="Make some of the board's cells again.")
@click.argument("methods", nargs=-1, metavar="[METHOD]...")
@PART
@click.option(
    "--cells", type=click.IntRange(min=1), default=200, show_default=True, metavar="N", help="How many."
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Draws which.")
@pool_options
@AS_JSON
@BOARD
def check(  # noqa: PLR0913 - one parameter an option
    *,
    methods: tuple[str, ...],
    part: str | None,
    cells: int,
    seed: int,
    jobs: int | None,
    executor: Kind,
    address: str | None,
    as_json: bool,
    folder: Path | None,
) -> None:
    """Run a random sample of the board's cells again; their keys and marks have to be the same, bit for bit.

    METHOD: of these alone. Exit status 1 if any differs. Methods with a model may differ in last digits on
    another kind of processor, or with another version of PyTorch or NumPy.
    """
    import msgspec

    from simdyhpo.board.adding import variants_of
    from simdyhpo.board.checking import made_again, sample
    from simdyhpo.studies.pool import Pool

    fixed, place = the_board(folder)
    variants_of(fixed, methods)
    drawn = sample(fixed, place, parts_of(fixed, place, part), methods, cells, seed)
    home = Path(tempfile.mkdtemp(prefix="simdyhpo-board-"))
    try:
        found = made_again(fixed, drawn, home, Pool(executor, jobs, address))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    if as_json:
        print_json({"checked": len(drawn), "differences": [msgspec.structs.asdict(one) for one in found]})
    else:
        for one in found:
            click.echo(
                f"{one.part}, {one.method} on {one.blackbox}, seed {one.seed} ({one.cell}): {one.problem}"
            )
        equal = len(drawn) - len(found)
        click.echo(f"{len(drawn):,} cells checked: {equal:,} equal, {len(found):,} not")
    if found:
        raise click.exceptions.Exit(_DIFFERS)
