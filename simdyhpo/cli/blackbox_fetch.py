"""`simdyhpo blackbox fetch`: the published files that suites are made from."""

from __future__ import annotations

import click

from simdyhpo.files.limits import DOWNLOAD_MEGABYTES


@click.command("fetch", short_help="Get the published files of a suite, so that `make` finds them.")
@click.argument("suite")
@click.option(
    "--from",
    "source",
    metavar="PATH_OR_URL",
    help="A folder or URL with the same files; default: where they were published.",
)
@click.option(
    "--max-megabytes",
    type=click.IntRange(1),
    default=DOWNLOAD_MEGABYTES,
    show_default=True,
    help="Give up a file that is larger.",
)
def fetch(*, suite: str, source: str | None, max_megabytes: int) -> None:
    """Download, or copy, the published files that the tables of SUITE are made from.

    Every file is checked against its SHA-256. What is there is not fetched again: give the same command to go
    on after an interruption.
    """
    from simdyhpo.importers.fetching import fetch_suite

    count = new = 0
    for path, is_new in fetch_suite(suite, source, max_megabytes):
        count, new = count + 1, new + is_new
        click.echo(f"{path}: {'fetched' if is_new else 'was there'}")
    click.echo(f"{new} files fetched, {count - new} were there. Next: simdyhpo blackbox make {suite}")
