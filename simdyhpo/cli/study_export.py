"""`simdyhpo study export`: results as files of other tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simdyhpo.cli import completion
from simdyhpo.versus.export_kinds import EXPORTS

if TYPE_CHECKING:
    from simdyhpo.versus.comparison import Comparison


@click.command()
@click.argument("study", shell_complete=completion.studies)
@click.option("--to", "kind", type=click.Choice(list(EXPORTS)), required=True, help="What to write.")
@click.option(
    "--save",
    type=click.Path(path_type=Path),
    required=True,
    metavar="PATH",
    help="The file or folder to write.",
)
@click.option("--name", metavar="NAME", help="Which study, if STUDY is a folder with several.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where STUDY's results lie, if it is a file.",
)
def export(*, study: str, kind: str, save: Path, name: str | None, out: Path | None) -> None:
    """Write the results of STUDY (a folder of results, or a study's file) for another tool.

    Nothing is run, and nothing that exists is overwritten.
    """
    from simdyhpo.versus.exports import export as write

    for line in write(_results(study, name, out), kind, save):
        click.echo(line)


def _results(study: str, name: str | None, out: Path | None) -> Comparison:
    """The results of a folder, or of a study's file."""
    from simdyhpo.versus.stored import load_study

    if Path(study).is_dir():
        if out is not None:
            raise click.UsageError("--out is for a study's file; STUDY is a folder already")
        return load_study(study, name)
    if name is not None:
        raise click.UsageError("--name chooses a study of a folder; STUDY is a file")
    from simdyhpo.cli.studying import open_study
    from simdyhpo.studies.stored_plan import stored_plan
    from simdyhpo.versus.comparison import Comparison

    _, plan, store = open_study(study, out, None)
    return Comparison(store, stored_plan(plan), plan)
