"""`simdyhpo study`: many runs from one file."""

from __future__ import annotations

import os
from pathlib import Path

import click

from simdyhpo.cli.commands import CommandGroup

_FILE = click.argument("file", type=click.Path(path_type=Path))


@click.group(cls=CommandGroup)
def study() -> None:
    """Compare many runs: tables x variants x workers x seeds."""


@study.command("run")
@_FILE
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the runs' logs.")
@click.option(
    "--tables", type=click.Path(path_type=Path), help="Folder of tables NAME.npz beside the shipped."
)
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes at once; default: one a core."
)
def run_study(*, file: Path, out: Path, tables: Path | None, jobs: int | None) -> None:
    """Run the study in FILE (TOML). Runs that are in --out already are not run again."""
    from simdyhpo.studies.spec import load_study
    from simdyhpo.studies.sweep import run_cells

    spec = load_study(file)
    cells = spec.cells()
    made = run_cells(cells, out, jobs or os.cpu_count() or 1, tables)
    click.echo(f"{made} runs made, {len(cells) - made} were there: {out}")


@study.command("report")
@_FILE
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the runs' logs.")
@click.option("--baseline", metavar="LABEL", help="Whom to compare with; default: the first variant.")
@click.option("--save", type=click.Path(path_type=Path), help="Also write report.md and results.csv there.")
def report_study(*, file: Path, out: Path, baseline: str | None, save: Path | None) -> None:
    """Compare what was run so far of the study in FILE."""
    from simdyhpo.errors import OutputError, UnknownNameError
    from simdyhpo.studies.report import report
    from simdyhpo.studies.results import collect
    from simdyhpo.studies.spec import load_study

    spec = load_study(file)
    labels = [variant.label for variant in spec.variants]
    if baseline is not None and baseline not in labels:
        raise UnknownNameError("variant", baseline, labels)
    rows = collect(spec, out)
    text = report(spec, rows, baseline or labels[0])
    click.echo(text, nl=False)
    if save is not None:
        try:
            save.mkdir(parents=True, exist_ok=True)
            (save / "report.md").write_text(text)
            (save / "results.csv").write_text(rows.to_csv(index=False, lineterminator="\n"))
        except OSError as error:
            raise OutputError(f"{save}: can't be written ({error.strerror})") from None
