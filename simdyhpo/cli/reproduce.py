"""`simdyhpo reproduce`: the paper's figures and ours, one command each."""

from __future__ import annotations

from pathlib import Path

import click

from simdyhpo.cli.captions import NO_CAPTION, SIZE
from simdyhpo.cli.common_options import JOBS, TABLES
from simdyhpo.cli.measures import given_instead, measure_instead
from simdyhpo.errors import OptionError


@click.command(short_help="The paper's figures and ours.")
@click.argument("name", default="list")
@click.option(
    "--full/--quick",
    default=False,
    help="The whole study (hours), or a small version on shipped tables (the default; under a minute each).",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("figures"),
    show_default=True,
    help="Folder for pictures and numbers.",
)
@click.option(
    "--cells",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where results lie, or are put: one study's folder, or one with a folder for each study. Default: "
    "runs, and with --quick cells in --out.",
)
@click.option(
    "--any-version", is_flag=True, help="Take results of another version of simdyhpo for missing ones."
)
@click.option("--no-run", is_flag=True, help="Draw from the results that there are; make none.")
@TABLES
@click.option(
    "--without",
    multiple=True,
    metavar="VARIANT",
    help="Leave a variant out (one of which few runs are made yet, say); may be given several times.",
)
@click.option("--formats", default="png,svg", show_default=True, metavar="A,B", help="Of png, svg, pdf.")
@NO_CAPTION
@SIZE
@click.option("--json", "as_json", is_flag=True, help="Of `list`: print the same as JSON, on one line.")
@measure_instead
@JOBS
def reproduce(  # noqa: PLR0913 - one parameter an option
    *,
    name: str,
    full: bool,
    out: Path,
    cells: Path | None,
    any_version: bool,
    no_run: bool,
    tables: Path | None,
    without: tuple[str, ...],
    formats: str,
    no_caption: bool,
    size: tuple[float, float] | None,
    as_json: bool,
    score: str | None,
    unit: str | None,
    reference: str | None,
    jobs: int | None,
) -> None:
    """Draw NAME: a figure, all figures of a study, or all. `list` names them and what they need.

    Results that are stored already are not made again. Beside the pictures lie the numbers behind them.
    """
    from simdyhpo.reproduction.registry import chosen

    if name == "list":
        list_figures(as_json=as_json)
        return
    if as_json:
        raise click.UsageError("--json goes with `list`; figures' numbers are written beside them as CSV")
    from simdyhpo.cli.studying import run_and_say
    from simdyhpo.reproduction.reproduce import FORMATS, Request, reproduce
    from simdyhpo.studies.plan import Plan
    from simdyhpo.studies.pool import Pool
    from simdyhpo.studies.store import Store

    given = formats.split(",")
    wanted = [one for one in FORMATS if one in given]
    if set(given) != set(wanted):
        raise OptionError("formats", formats, f"choose from {', '.join(FORMATS)}")
    request = Request(
        figures=chosen(name, quick=not full),
        quick=not full,
        cells=cells or (Path("runs") if full else out / "cells"),
        out=out,
        tables=tables,
        formats=wanted,
        any_version=any_version,
        without=without,
        captions=not no_caption,
        size=size,
        instead=given_instead(score, unit, reference),
    )

    def make(plan: Plan, store: Store) -> None:
        run_and_say(plan, store, Pool("loky", jobs))

    reproduce(request, None if no_run else make, click.echo)


def list_figures(*, as_json: bool) -> None:
    """A line for each figure."""
    from simdyhpo.cli.text import aligned, print_json
    from simdyhpo.reproduction.quick import QUICK
    from simdyhpo.reproduction.registry import FIGURES, studies
    from simdyhpo.studies.files import load_study, shipped_studies

    figures = [
        {"figure": name, "study": spec.study, "whose": spec.source, "what": spec.title}
        for name, spec in FIGURES.items()
    ]
    paths = shipped_studies()
    needs = [(name, load_study(paths[name])) for name in studies()]
    if as_json:
        told = [
            {
                "study": name,
                "cells": len(spec.cells()),
                "tables": len(spec.blackboxes),
                "quick": name in QUICK,
            }
            for name, spec in needs
        ]
        print_json({"figures": figures, "studies": told})
        return
    for line in aligned(tuple(figures[0]), [tuple(one.values()) for one in figures]):
        click.echo(line)
    click.echo("\nWhat they need with --full (with --quick: shipped tables only):")
    rows = [
        (
            name,
            str(len(spec.cells())),
            f"{len(spec.blackboxes)} tables{'' if name in QUICK else ', made on demand: no --quick'}",
        )
        for name, spec in needs
    ]
    for line in aligned(("study", "cells", "of"), rows, right=("cells",)):
        click.echo(line)
    click.echo(
        "`simdyhpo study check STUDY` measures how long one takes here. A study's name, or `all`, stands for "
        "all its figures."
    )
