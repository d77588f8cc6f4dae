"""`simdyhpo blackbox`: tables of learning curves, from where they come to what is in them."""

from __future__ import annotations

import click

from simdyhpo.cli.blackbox_check import check
from simdyhpo.cli.blackbox_fetch import fetch
from simdyhpo.cli.blackbox_import import import_
from simdyhpo.cli.blackbox_make import list_suites, make
from simdyhpo.cli.commands import CommandGroup
from simdyhpo.cli.text import aligned, size_text


@click.group(cls=CommandGroup)
def blackbox() -> None:
    """Tables of learning curves."""


for _command in (check, fetch, import_, list_suites, make):
    blackbox.add_command(_command)


@blackbox.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array with all that the manifests say.")
def list_blackboxes(*, as_json: bool) -> None:
    """Show the tables that can be named in --blackbox: the shipped ones and your own. Reads no curves."""
    from simdyhpo.tables.blackboxes import blackbox_files, read_manifest

    files = blackbox_files()
    manifests = {name: read_manifest(one.manifest) for name, one in files.items()}
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(list(manifests.values())))
        return
    header = ("name", "kind", "curves", "size", "metric", "mode", "licence", "source")
    rows = [
        (
            name,
            m.kind,
            f"{m.configurations} x {m.resources}",
            size_text(files[name].table.stat().st_size),
            m.metric,
            m.mode,
            m.licence,
            m.source,
        )
        for name, m in manifests.items()
    ]
    for line in aligned(header, rows, right=("curves", "size")):
        click.echo(line)
