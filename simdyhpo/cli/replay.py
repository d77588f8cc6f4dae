"""`simdyhpo trace replay`: a run made again, its state at one decision, and what if that had been another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simdyhpo.cli.captions import NO_CAPTION, SIZE
from simdyhpo.cli.lookup import find_own_modules, open_run
from simdyhpo.cli.measures import regret_words
from simdyhpo.cli.text import print_lines

if TYPE_CHECKING:
    from simdyhpo.runs.result import RunResult
    from simdyhpo.tables.curves import CurveTable
    from simdyhpo.traces.diff import Difference
    from simdyhpo.traces.stored_run import StoredRun


@click.command(short_help="Make a run again, or rebuild it at a decision and go another way.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--verify", is_flag=True, help="Make the run again and compare; exit status 1 if it differs.")
@click.option("--until", type=int, metavar="K", help="Rebuild the state at decision K, from 0, and show it.")
@click.option(
    "--instead",
    metavar="WHAT",
    help="With --until: decide promote:TRIAL or start:CONFIGURATION at K (@MILESTONE if you want one), "
    "or, of a verdict, pause, stop or continue; and go on from there.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="NEW",
    help="With --instead: new folder for the other run and a figure of both futures.",
)
@click.option("--blackbox", metavar="FILE", help="The run's table, if neither shipped nor NAME.npz here.")
@click.option(
    "--ask",
    is_flag=True,
    help="With --until: put all questions to the scheduler, too, though the log answers them. As slow as "
    "the run itself; needed where a model trains whenever it is asked (searcher=dyhpo-released).",
)
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="With --until: list all running and paused trials, not the best of each rung.",
)
@NO_CAPTION
@SIZE
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def replay(  # noqa: PLR0913 - one argument for each option of the command
    context: click.Context,
    *,
    folder: Path,
    verify: bool,
    until: int | None,
    instead: str | None,
    out: Path | None,
    blackbox: str | None,
    ask: bool,
    every: bool,
    no_caption: bool,
    size: tuple[float, float] | None,
    as_json: bool,
) -> None:
    """Bring the run in DIR (or a study's cell, cells/KEY) back to life.

    --verify makes it again from its manifest alone and compares the logs. --until K follows the log up to
    decision K and shows the state there; with --instead, another decision is taken at K, and the run's own
    scheduler goes on from there to the end of the budget.
    """
    _check(verify, until, instead, out)
    from simdyhpo.own_code import own_names
    from simdyhpo.rebuilding.again import find_same_table

    run = open_run(folder)
    spec = run.manifest.spec
    find_own_modules(*own_names(spec.scheduler, spec.options))
    table = find_same_table(spec.blackbox, [blackbox] if blackbox else [])
    if until is None:
        context.exit(_verify(run, table, as_json))
    if instead is None:
        _show(run, table, until, ask=ask, every=every, as_json=as_json)
    else:
        _fork(run, table, until, instead, out, ask=ask, caption=not no_caption, size=size, as_json=as_json)


def _check(verify: bool, until: int | None, instead: str | None, out: Path | None) -> None:
    if verify == (until is not None):
        raise click.UsageError("say either --verify, or --until K")
    if instead is not None and until is None:
        raise click.UsageError("--instead needs --until K: which decision should be another")
    if out is not None and instead is None:
        raise click.UsageError("--out needs --instead: without it there is no other run to write")


def _verify(run: StoredRun, table: CurveTable, as_json: bool) -> int:
    from simdyhpo.errors import OptionError
    from simdyhpo.rebuilding.again import run_again
    from simdyhpo.simulation.cluster import Cluster
    from simdyhpo.traces.course import course_of
    from simdyhpo.traces.diff import compare
    from simdyhpo.traces.diff_words import lines, plain
    from simdyhpo.traces.in_memory import RunInMemory
    from simdyhpo.traces.manifest import Fork, to_json_line

    manifest = run.manifest
    if isinstance(manifest.fork, Fork):
        told = f"decision {manifest.fork.decision} was given ({manifest.fork.instead})"
        raise OptionError("verify", True, f"this run is a what-if, {told}; verify the run that it left")
    cluster = manifest.spec.cluster
    if isinstance(cluster, Cluster) and not cluster.deterministic:
        raise OptionError("verify", True, "decisions cost what was measured then; no other run is equal")
    result = run_again(manifest.spec, table)
    difference = compare(course_of(run), course_of(RunInMemory(result)))
    same = difference.equal and _same_bytes(run, result)
    if as_json:
        print_lines([to_json_line(plain(difference) | {"reproduces": same})])
    elif same:
        decisions = f"{len(result.log):,} decisions"
        print_lines([f"reproduces, byte for byte: {decisions}, {regret_words(result)}"])
    else:
        print_lines(["does not reproduce (now: this version, on this machine)", *lines(difference)])
    return 0 if same else 1


def _same_bytes(run: StoredRun, result: RunResult) -> bool:
    """Whether the run's decisions.csv would be written again; a study's cell holds no such file."""
    from simdyhpo.traces.columns import csv_blocks, decision_columns
    from simdyhpo.traces.manifest import DECISIONS
    from simdyhpo.traces.read import RunFolder

    if not isinstance(run, RunFolder):
        return True
    return b"".join(csv_blocks(decision_columns(result.log))) == run.log_bytes(DECISIONS)


def _show(  # noqa: PLR0913 - what there is to choose
    run: StoredRun, table: CurveTable, until: int, *, ask: bool, every: bool, as_json: bool
) -> None:
    from simdyhpo.rebuilding.rebuild import rebuild
    from simdyhpo.rebuilding.state import state_of
    from simdyhpo.rebuilding.state_words import lines, plain
    from simdyhpo.traces.manifest import to_json_line

    state = state_of(rebuild(run.manifest.spec, list(run.records()), table, until, ask_along=ask))
    print_lines([to_json_line(plain(state))] if as_json else lines(state, table.mode, every=every))


def _fork(  # noqa: PLR0913 - all that a what-if needs
    run: StoredRun,
    table: CurveTable,
    until: int,
    instead: str,
    out: Path | None,
    *,
    ask: bool,
    caption: bool,
    size: tuple[float, float] | None,
    as_json: bool,
) -> None:
    from simdyhpo.rebuilding.fork import fork
    from simdyhpo.rebuilding.substitute import parse_substitute
    from simdyhpo.traces.course import course_of
    from simdyhpo.traces.diff import compare
    from simdyhpo.traces.diff_words import plain
    from simdyhpo.traces.in_memory import RunInMemory
    from simdyhpo.traces.manifest import to_json_line
    from simdyhpo.traces.write import check_free

    substitute = parse_substitute(instead)
    if out is not None:
        check_free(out)
    before = course_of(run)
    result = fork(run.manifest.spec, before.records, table, until, substitute, ask_along=ask)
    difference = compare(before, course_of(RunInMemory(result, run.manifest.versions)))
    if out is not None:
        _write(run, result, table, until, instead, out, caption=caption, size=size)
    if as_json:
        old, new = difference.marks[-1].before, difference.marks[-1].now
        asked = {"until": until, "instead": instead, "regret_change": new - old, "out": out and str(out)}
        print_lines([to_json_line(asked | plain(difference))])
    else:
        print_lines(_told(difference, run.manifest.spec.blackbox, until, instead, out))


def _write(  # noqa: PLR0913 - all that a what-if has to say
    run: StoredRun,
    result: RunResult,
    table: CurveTable,
    until: int,
    instead: str,
    out: Path,
    *,
    caption: bool,
    size: tuple[float, float] | None,
) -> None:
    """The other run's folder, and a figure in it."""
    from simdyhpo.rebuilding.figure import draw_futures
    from simdyhpo.traces.manifest import DECISIONS, Fork
    from simdyhpo.traces.write import write_run

    sums = run.manifest.checksums
    of = sums[DECISIONS] if DECISIONS in sums else sums["decisions"]  # the latter in a study's cell
    write_run(result, out, Fork(decision=until, instead=instead, of=of))
    futures = {"as it was": run.report_columns(), f"{instead} at decision {until}": result.report_columns}
    spec = result.spec
    note = f"{spec.scheduler}, {spec.workers} workers, seed {spec.seed}; equal up to decision {until}."
    draw_futures(futures, table, out, note=note, caption=caption, size=size)


def _told(
    difference: Difference, box: Mapping[str, Any], until: int, instead: str, out: Path | None
) -> Iterator[str]:
    from simdyhpo.analysis.measures import ABSOLUTE
    from simdyhpo.traces.diff_words import lines

    if difference.decision is None:
        yield f"{instead} is what decision {until} was, and nothing changes"
    else:
        yield from lines(difference)
    old, new = difference.marks[-1].before, difference.marks[-1].now
    before, now = ABSOLUTE.described(box).from_normalised([old, new])
    absolute = f"absolute {before:.4f} -> {now:.4f}"
    yield f"final normalised regret {old:.4f} -> {new:.4f} ({new - old:+.4f}), {absolute}"
    if out is not None:
        yield f"written to {out}: the other run, futures.png and futures.svg"
