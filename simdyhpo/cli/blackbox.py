"""`simdyhpo blackbox`: the tables that come with simdyhpo. Reads manifests alone, no curves."""

from __future__ import annotations

import click

from simdyhpo.cli.commands import CommandGroup
from simdyhpo.cli.text import aligned


@click.group(cls=CommandGroup)
def blackbox() -> None:
    """Tables of learning curves."""


@blackbox.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array with all that the manifests say.")
def list_blackboxes(*, as_json: bool) -> None:
    """Show the tables that can be named in --blackbox."""
    from simdyhpo.blackboxes import blackbox_manifest, blackbox_paths

    manifests = [blackbox_manifest(name) for name in blackbox_paths()]
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(manifests))
        return
    header = ("name", "kind", "curves", "metric", "mode", "source")
    rows = [
        (m.name, m.kind, f"{m.configurations} x {m.resources}", m.metric, m.mode, m.source) for m in manifests
    ]
    for line in aligned(header, rows, right=("curves",)):
        click.echo(line)
