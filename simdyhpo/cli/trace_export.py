"""`simdyhpo trace export`: what every worker did, as a file for Perfetto or as a figure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simdyhpo.cli.lookup import find_own_modules, open_run

if TYPE_CHECKING:
    from simdyhpo.runs.spec import RunSpec
    from simdyhpo.traces.stored_run import StoredRun
    from simdyhpo.traces.timeline import Timeline


@click.command(short_help="A run's timeline: for Perfetto, or as a figure.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--perfetto",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write trace events (JSON) that ui.perfetto.dev and chrome://tracing open.",
)
@click.option(
    "--timeline", type=click.Path(path_type=Path), metavar="FILE", help="Draw a .png, .svg or .pdf."
)
@click.option("--blackbox", metavar="FILE", help="The run's table, if neither shipped nor NAME.npz here.")
def export(*, folder: Path, perfetto: Path | None, timeline: Path | None, blackbox: str | None) -> None:
    """Show what every worker did in the run in DIR (or in a study's cell, cells/KEY).

    Nothing that exists is overwritten.
    """
    if perfetto is None and timeline is None:
        raise click.UsageError("say --perfetto FILE, --timeline FILE, or both")
    from simdyhpo.errors import OutputError

    for path in (perfetto, timeline):
        if path is not None and path.exists():
            raise OutputError(f"{path}: exists; choose another name")
    run = open_run(folder)
    found = _timeline(run, blackbox)
    if perfetto is not None:
        _write_events(perfetto, found, run)
        click.echo(f"written to {perfetto}: open it at https://ui.perfetto.dev")
    if timeline is not None:
        _draw(timeline, found, run.manifest.spec)
        click.echo(f"drawn to {timeline}")


def _timeline(run: StoredRun, blackbox: str | None) -> Timeline:
    """From the run's files, as far as they say it; a study's cell on a cluster is run again."""
    import msgspec

    from simdyhpo.own_code import own_names
    from simdyhpo.rebuilding.again import find_same_table, run_again
    from simdyhpo.traces.timeline import derived_timeline, timeline_of

    spec, kept = run.manifest.spec, run.timeline()
    if kept is not None:
        return kept
    table = find_same_table(spec.blackbox, [blackbox] if blackbox else [])
    if isinstance(spec.cluster, msgspec.UnsetType):
        return derived_timeline(run.manifest, run.records(), table)
    find_own_modules(*own_names(spec.scheduler, spec.options))
    return timeline_of(run_again(spec, table))


def _write_events(path: Path, timeline: Timeline, run: StoredRun) -> None:
    from simdyhpo.errors import cant_write
    from simdyhpo.files.whole import written_whole
    from simdyhpo.traces.perfetto import trace_events

    try:
        with written_whole(path) as aside, aside.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(trace_events(timeline, run.records(), run.manifest.spec.title))
    except OSError as error:
        raise cant_write(path, error) from None


def _draw(path: Path, timeline: Timeline, spec: RunSpec) -> None:
    from simdyhpo.drawing.canvas import save_figure_as
    from simdyhpo.drawing.timeline import timeline_figure
    from simdyhpo.runs.spans import worker_spans

    figure = timeline_figure(
        worker_spans(timeline.segments, timeline.away),
        workers=timeline.workers,
        length_ns=timeline.end_ns,
        title=spec.title,
    )
    save_figure_as(figure, path)
