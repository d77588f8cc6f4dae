"""`simdyhpo blackbox import`: your own long table (CSV or Parquet) as a table of learning curves."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, get_args

import click

_Mode = Literal["min", "max"]
_Kind = Literal["measured", "surrogate", "unknown"]


@click.command("import", short_help="Turn a long CSV or Parquet table into a table of learning curves.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="NAME.npz to write.")
@click.option("--value", required=True, metavar="COL", help="The metric.")
@click.option("--resource", required=True, metavar="COL", help="Where it was reported: the epoch, say.")
@click.option(
    "--mode",
    type=click.Choice(get_args(_Mode)),
    help="Whether a good value is low or high; needed unless COL of --value is plainly a loss.",
)
@click.option("--seconds", metavar="COL", help="The time; without it a unit of resource has a fixed cost.")
@click.option(
    "--seconds-are",
    default="cumulative",
    show_default=True,
    help="cumulative: since training began; per-step: since the report before.",
)
@click.option(
    "--seconds-per-resource", type=float, default=1.0, show_default=True, help="The cost without --seconds."
)
@click.option("--repair-time", is_flag=True, help="Raise times that run backwards instead of refusing them.")
@click.option(
    "--config", multiple=True, metavar="COL", help="A hyperparameter; repeatable; default: all other columns."
)
@click.option("--log", multiple=True, metavar="COL", help="A hyperparameter on a log scale; repeatable.")
@click.option("--repeat", metavar="COL", help="What tells repeated trainings apart: the seed, say.")
@click.option(
    "--repeats",
    default="mean",
    show_default=True,
    metavar="WHICH",
    help="mean, first, sampled (one of each configuration, at random), or one repeat by name.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="For --repeats sampled.")
@click.option("--metric", help="What the value is called on axes; default: its column's name.")
@click.option("--kind", type=click.Choice(get_args(_Kind)), default="unknown", show_default=True)
@click.option("--source", default="", help="Where the curves come from, for whoever uses the table.")
@click.option("--licence", default="not stated", show_default=True, help="Of the curves.")
@click.option("--citation", default="not stated", show_default=True, help="What to cite.")
def import_(
    *,
    file: Path,
    out: Path,
    mode: _Mode | None,
    licence: str,
    citation: str,
    **given: Any,  # noqa: ANN401
) -> None:
    """Read the long table FILE, one row for each report of a training, and write NAME.npz and NAME.json.

    Rows that agree in all hyperparameters are one configuration; the distinct values of --resource become
    resources 1 to R. What can't be meant is an error that names the row, counted from 1 below the header.
    """
    from simdyhpo.analysis.far_worst import far_worst
    from simdyhpo.errors import OutputError
    from simdyhpo.importers.directions import direction
    from simdyhpo.importers.long_files import read_long_file
    from simdyhpo.importers.long_table import Layout, read_long
    from simdyhpo.importers.shipping import library_versions, table_manifest, write_blackbox
    from simdyhpo.tables.blackboxes import files_in

    settings = {name: given.pop(name) for name in Layout.__struct_fields__}
    name = out.name.removesuffix(".npz")
    files = files_in(out.parent, name)
    for path in (files.table, files.manifest):
        if path.exists():
            raise OutputError(f"{path}: exists already, left as it is; choose another name")
    layout = Layout(**settings)
    said = direction(layout.value, mode)
    result = read_long(read_long_file(file), layout, mode=said, name=name, where=str(file), **given)
    seeds = {"repeats": layout.seed} if layout.repeats == "sampled" else {}
    manifest = table_manifest(
        result.table,
        licence=licence,
        citation=citation,
        made_by=f"simdyhpo blackbox import {click.format_filename(file.name)}",
        versions=library_versions("numpy", "pandas"),
        seeds=seeds,
        notes=result.notes,
        settings={one: value for one, value in settings.items() if value is not None},
    )
    write_blackbox(result.table, manifest, files.table, files.manifest)
    table = result.table
    click.echo(f"{files.table}: {len(table):,} curves of up to {table.max_resource:,} resources")
    click.echo(f"  A good {layout.value} is {'low' if said == 'min' else 'high'}.")
    for note in result.notes:
        click.echo(f"  {note}")
    if (far := far_worst(table)) is not None:
        click.echo(f"  WARNING: {far.words}")
