"""`simdyhpo report`: results as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simdyhpo.cli.common_options import tables_folder
from simdyhpo.cli.measures import asked_measure, measure_options
from simdyhpo.cli.text import size_text

if TYPE_CHECKING:
    from simdyhpo.studies.stored_plan import StoredPlan


@click.command(short_help="Write results as one HTML file to read and send.")
@click.argument("place", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="The page; default: DIR/report.html."
)
@click.option(
    "--study",
    metavar="FILE",
    help="Which study the results are of, if DIR doesn't say or holds several: its name, file or folder.",
)
@tables_folder("; needed with a --study whose plan is not in DIR")
@click.option("--baseline", metavar="LABEL", help="Whom to compare with; default: the study's first variant.")
@measure_options
def report(  # noqa: PLR0913 - one parameter an option
    *,
    place: Path,
    out: Path | None,
    study: str | None,
    tables: Path | None,
    baseline: str | None,
    score: str | None,
    unit: str,
    reference: str,
) -> None:
    """Make a page of the results in DIR: summary, figures, tables, decisions, and where all of it comes from.

    DIR: the folder of a study's results (complete or not), or of what `versus` or `sweep` wrote; the folder
    of a single run; or a study's cell (cells/KEY). The page is one file without anything fetched. An older
    report is replaced.

    Figures, differences and tests are of the regret that --score, --unit and --reference ask for; the other
    unit stands beside it.
    """
    measure = asked_measure(score, unit, reference)
    from simdyhpo.cli.progress import progress_bar
    from simdyhpo.html_report.report import html_report, write_report
    from simdyhpo.studies.places import is_cell, results_in

    if out is None and is_cell(place):
        raise click.UsageError("the report of a cell needs --out FILE")
    results = results_in(place)
    plan = None if study is None else _plan(results, study, tables)
    with progress_bar("Reading") as progress:
        text = html_report(results, plan, progress, measure, baseline)
    path = out or place / "report.html"
    write_report(text, path)
    click.echo(f"{path} ({size_text(path.stat().st_size)})")


def _plan(place: Path, study: str, tables: Path | None) -> StoredPlan:
    """The plan in the folder, if the study is named and has one there; else from the study's file."""
    from simdyhpo.cli.studying import reading_plan
    from simdyhpo.studies.given import given_study
    from simdyhpo.studies.store import Store
    from simdyhpo.studies.stored_plan import plan_names, read_plan, stored_plan

    if study in plan_names(place):
        return read_plan(place, study)
    return stored_plan(reading_plan(given_study(study).study, Store(place), tables))
