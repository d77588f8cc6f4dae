"""`simdyhpo demo`: a comparison to look at, from the shipped tables alone."""

from __future__ import annotations

import os
from pathlib import Path

import click

from simdyhpo.cli.captions import NO_CAPTION


@click.command()
@click.option("--small", is_flag=True, help="Fewer seeds and epochs: seconds instead of minutes.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("simdyhpo-demo"),
    show_default=True,
    help="Folder for the figure and the logs.",
)
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes at once; default: one a core."
)
@NO_CAPTION
def demo(*, small: bool, out: Path, jobs: int | None, no_caption: bool) -> None:
    """Compare DyHPO, ASHA and random search on shipped tables, and draw the comparison."""
    from simdyhpo.demo import run_demo

    run_demo(out, small=small, jobs=jobs or os.cpu_count() or 1, show=click.echo, captions=not no_caption)
