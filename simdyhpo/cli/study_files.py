"""`simdyhpo study list`, `init`, `show`: files of studies, to look at and to begin with."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from simdyhpo.cli import completion
from simdyhpo.cli.text import AS_JSON, aligned, print_json

STUDY_FILE = click.argument("file", shell_complete=completion.studies)
OUT = click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the results; default: FILE, if it is one; `results` beside FILE, if the study was run "
    "there; else runs/NAME.",
)


@click.command("list")
@AS_JSON
def list_studies(*, as_json: bool) -> None:
    """The studies that come with simdyhpo."""
    from simdyhpo.studies.files import load_study, shipped_studies

    if as_json:
        shipped = [load_study(path) for path in shipped_studies().values()]
        print_json(
            [{"name": one.name, "cells": len(one.cells()), "question": one.question} for one in shipped]
        )
        return
    rows = []
    for name, path in shipped_studies().items():
        spec = load_study(path)
        rows.append((name, str(len(spec.cells())), spec.question))
    for line in aligned(("study", "cells", "question"), rows, right=("cells",)):
        click.echo(line)
    click.echo("`simdyhpo study check STUDY` measures how long one takes here.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default="study.toml")
def init(*, file: Path) -> None:
    """Write a study's FILE to begin with: every key, with a comment. Default: study.toml."""
    from simdyhpo.studies.template import write_template

    write_template(file)
    click.echo(f"written to {file}; change it, then: simdyhpo study check {shlex.quote(str(file))}")


@click.command()
@STUDY_FILE
@AS_JSON
def show(*, file: str, as_json: bool) -> None:
    """Print the study FILE as it is written, e.g. a shipped one to copy from; as JSON, its grids unfolded."""
    from simdyhpo.studies.given import given_study, given_text

    if as_json:
        print_json(given_study(file).study)
        return
    click.echo(given_text(file), nl=False)
