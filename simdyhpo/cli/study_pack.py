"""`simdyhpo study pack`: many results in a few files."""

from __future__ import annotations

from pathlib import Path

import click

from simdyhpo.errors import OutputError


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def pack(*, folder: Path) -> None:
    """Pack the results in DIR, of whatever version: many cells in a few files.

    A study's run does so by itself for a hundred cells or more. It can be interrupted at any time, and others
    may read and write DIR meanwhile. Exit status: 1 if damaged cells were left as they are.
    """
    from simdyhpo.studies.damage import REMEDY
    from simdyhpo.studies.packing import pack_cells
    from simdyhpo.studies.places import is_results
    from simdyhpo.studies.store import Store

    if not is_results(folder):
        raise OutputError(f"{folder}: holds no study's results; give the folder that it was run into")
    store = Store(folder)
    packed = pack_cells(store)
    click.echo(f"{packed.cells:,} cells packed; {len(store.packs.names()):,} packs in {folder}")
    if packed.damaged:
        first = packed.damaged[0]
        click.echo(
            f"{len(packed.damaged)} damaged cells were left as they are; the first: {first.path}: "
            f"{first.problem}; {REMEDY}",
            err=True,
        )
        raise click.exceptions.Exit(1)
