"""`simdyhpo blackbox import`: your own logs or tables as a table of learning curves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import click

from simdyhpo.importers.logs.sources import LONG, SOURCES

if TYPE_CHECKING:
    from simdyhpo.importers.logs.asked import Asked
    from simdyhpo.importers.long_table import LongImport

_Mode = Literal["min", "max"]
_Kind = Literal["measured", "surrogate", "unknown"]


@click.command("import", short_help="Turn your own logs, or a long or wide table, into learning curves.")
@click.argument("path")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="NAME.npz to write.")
@click.option(
    "--from",
    "origin",
    type=click.Choice(list(SOURCES)),
    default=LONG,
    show_default=True,
    help="What PATH is.",
)
@click.option(
    "--metric", metavar="NAME", help="Which, if several were logged; of long tables, its name on axes."
)
@click.option("--value", metavar="COL", help="Of long tables: the column of the metric.")
@click.option(
    "--resource",
    metavar="NAME",
    help="Where reports lie: 'count' (the first, second, ...), or a metric or column such as the epoch; "
    "default: the steps. Long tables need it.",
)
@click.option(
    "--mode",
    type=click.Choice(get_args(_Mode)),
    help="Whether a good value is low or high; needed unless the source or a plain loss's name says it.",
)
@click.option("--group", metavar="NAME", help="Which experiment, study or project, if PATH holds several.")
@click.option(
    "--seconds",
    metavar="NAME",
    help="The metric or column that holds the time; default: what the source logs.",
)
@click.option(
    "--seconds-are",
    default="cumulative",
    show_default=True,
    help="cumulative: since training began; per-step: since the report before; per-fit: from scratch.",
)
@click.option(
    "--seconds-per-resource",
    type=float,
    help="A fixed cost of a unit of resource, in place of logged times; 1 where none are known.",
)
@click.option("--repair-time", is_flag=True, help="Raise times that run backwards instead of refusing them.")
@click.option(
    "--config", multiple=True, metavar="NAME", help="A hyperparameter; repeatable; default: all there are."
)
@click.option("--ignore", multiple=True, metavar="NAME", help="What is no hyperparameter; repeatable.")
@click.option("--log", multiple=True, metavar="NAME", help="A hyperparameter on a log scale; repeatable.")
@click.option("--repeat", metavar="NAME", help="What tells repeated trainings apart: the seed, say.")
@click.option(
    "--repeats",
    default="mean",
    show_default=True,
    metavar="WHICH",
    help="mean, first, sampled (one of each configuration, at random), or one repeat by name.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="For --repeats sampled.")
@click.option("--kind", type=click.Choice(get_args(_Kind)), default="unknown", show_default=True)
@click.option("--source", default="", help="Where the curves come from, for whoever uses the table.")
@click.option("--licence", default="not stated", show_default=True, help="Of the curves.")
@click.option("--citation", default="not stated", show_default=True, help="What to cite.")
def import_(
    *,
    path: str,
    out: Path,
    origin: str,
    licence: str,
    citation: str,
    **given: Any,  # noqa: ANN401
) -> None:
    """Read the logs or the table at PATH, and write NAME.npz and NAME.json.

    Runs that agree in all hyperparameters are one configuration, trained several times. What was found and
    what was left out is printed; what can't be meant is an error that names the run or the row.
    """
    from simdyhpo.errors import OutputError
    from simdyhpo.importers.logs.asked import Asked
    from simdyhpo.importers.shipping import library_versions, table_manifest, write_blackbox
    from simdyhpo.tables.blackboxes import files_in

    name = out.name.removesuffix(".npz")
    files = files_in(out.parent, name)
    for one in (files.table, files.manifest):
        if one.exists():
            raise OutputError(f"{one}: exists already, left as it is; choose another name")
    asked = Asked(name=name, **given)
    result = SOURCES[origin].table(path, asked)
    manifest = table_manifest(
        result.table,
        licence=licence,
        citation=citation,
        made_by=f"simdyhpo blackbox import {_shown(path)}{'' if origin == LONG else f' --from {origin}'}",
        versions=library_versions("numpy", "pandas"),
        seeds={"repeats": asked.seed} if asked.repeats == "sampled" else {},
        notes=[
            *([f"Found: {result.found}."] if result.found else []),
            *(f"Left out: {one}." for one in result.left_out),
            *result.notes,
        ],
        settings=_settings(asked, origin),
    )
    write_blackbox(result.table, manifest, files.table, files.manifest)
    _say(result, files.table)


def _settings(asked: Asked, origin: str) -> dict[str, Any]:
    """What the manifest keeps of what was asked."""
    import msgspec

    if origin == LONG:
        from simdyhpo.importers.logs.long_source import layout_of

        layout = layout_of(asked, asked.value or asked.metric or "")
        return {name: value for name, value in msgspec.structs.asdict(layout).items() if value is not None}
    defaults = {field.name: field.default for field in msgspec.structs.fields(asked)}
    given = msgspec.structs.asdict(asked)
    return {"from": origin} | {
        name: value for name, value in given.items() if name != "name" and value != defaults[name]
    }


def _shown(path: str) -> str:
    """The last part of a path, as it can be printed; no address, which may hold a password."""
    return "ADDRESS" if "://" in path else click.format_filename(Path(path).name)


def _say(result: LongImport, file: Path) -> None:
    """What was found, left out and made."""
    from simdyhpo.analysis.far_worst import far_worst

    table = result.table
    if result.found:
        click.echo(f"found: {result.found}")
    for left in result.left_out:
        click.echo(f"  left out: {left}")
    click.echo(f"{file}: {len(table):,} curves of up to {table.max_resource:,} resources")
    click.echo(f"  A good {table.info.metric} is {'low' if table.mode == 'min' else 'high'}.")
    for note in result.notes:
        click.echo(f"  {note}")
    if (far := far_worst(table)) is not None:
        click.echo(f"  WARNING: {far.words}")
