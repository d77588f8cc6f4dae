"""`simdyhpo trace`: look at the decisions of a run in a folder. Loads no pandas."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from simdyhpo.cli.commands import CommandGroup
from simdyhpo.cli.lookup import open_run
from simdyhpo.cli.replay import replay
from simdyhpo.cli.text import AS_JSON, aligned, print_lines
from simdyhpo.cli.trace_calibration import calibration
from simdyhpo.cli.trace_export import export
from simdyhpo.errors import OptionError, SimdyhpoError

Command = TypeVar("Command", bound=Callable[..., Any])

DIFFERENT = 1
"""Exit status where two runs differ."""

if TYPE_CHECKING:
    from simdyhpo.records import DecisionRecord


_FEW = 10
"""Lines of a beginning or an end, if nobody says how many."""


def _end(name: str, which: str) -> Callable[[Command], Command]:
    """An option for one end of a list; its number may be left out."""
    return click.option(
        name,
        type=click.IntRange(min=0),
        metavar="[N]",
        is_flag=False,
        flag_value=_FEW,
        help=f"Only the {which} N of these; {_FEW} without a number.",
    )


@click.group(cls=CommandGroup)
def trace() -> None:
    """The decisions of a run."""


trace.add_command(replay)
trace.add_command(export)
trace.add_command(calibration)


@trace.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "layout",
    type=click.Choice(["table", "csv", "jsonl"]),
    default="table",
    show_default=True,
    help="table for eyes; csv as stored; jsonl: one JSON object for each decision.",
)
@click.option("--json", "layout", flag_value="jsonl", help="The same as --format jsonl.")
@click.option("--trial", type=int, metavar="T", help="Only decisions about trial T.")
@click.option(
    "--where",
    multiple=True,
    metavar="COLUMN=VALUE",
    help="Only decisions with this value, e.g. decision=STOP or worker=3; repeatable, all must hold.",
)
@_end("--head", "first")
@_end("--tail", "last")
def show(  # noqa: PLR0913 - one parameter an option
    *,
    folder: Path,
    layout: str,
    trial: int | None,
    where: tuple[str, ...],
    head: int | None,
    tail: int | None,
) -> None:
    """Show the decisions of the run in DIR, or of a study's cell (cells/KEY)."""
    from simdyhpo.cli.trace_choice import chosen
    from simdyhpo.traces.explain import check_trial
    from simdyhpo.traces.manifest import DECISIONS
    from simdyhpo.traces.read import RunFolder

    run = open_run(folder)
    if trial is not None:
        check_trial(run, trial)
    records = chosen(run.records(), where=where, trial=trial, head=head, tail=tail)
    if layout == "csv":
        if not isinstance(run, RunFolder):
            raise OptionError("format", layout, "a study's cell is stored as Parquet; use table or jsonl")
        lines = run.log_bytes(DECISIONS).decode().splitlines()
        print_lines([lines[0], *(lines[record.index + 1] for record in records)])
        return
    print_lines(_json_lines(records) if layout == "jsonl" else _table(records))


@trace.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--decision", type=int, metavar="K", help="Which decision, from 0.")
@click.option("--trial", type=int, metavar="T", help="Why trial T went on, the last time that it did.")
@AS_JSON
def explain(*, folder: Path, decision: int | None, trial: int | None, as_json: bool) -> None:
    """Say in words what decision K of the run in DIR (or of a cell) was, and why.

    Or what let trial T go on.
    """
    from simdyhpo.traces.explain import explain as in_words
    from simdyhpo.traces.explain import explain_trial, told_of_trial
    from simdyhpo.traces.manifest import to_json_line

    if (decision is None) == (trial is None):
        raise click.UsageError("say --decision K or --trial T")
    run = open_run(folder)
    if as_json:
        told = None if trial is None else told_of_trial(run, trial)
        index = decision if told is None else told.index
        assert index is not None  # one of the two is given
        said = _plain(run.record(index)) | {"words": in_words(run, index).splitlines()}
        if told is not None:
            said |= {"of_trial": list(told.decisions), "went_on": told.went_on}
        print_lines([to_json_line(said)])
        return
    click.echo(in_words(run, decision) if decision is not None else explain_trial(run, trial or 0))


@trace.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--blackbox", metavar="FILE", help="The run's table, if neither shipped nor NAME.npz here.")
def browse(*, folder: Path, blackbox: str | None) -> None:
    """Step through the decisions of the run in DIR (or of a cell) in the terminal.

    Each page says what was decided and why, who stood where, the trial's curve and the regret so far. Keys:
    left and right, page up and down, home, end; n and t: next of the same kind, or trial; /: a number or
    words; q: quit. Needs `pip install "simdyhpo[browse]"`.
    """
    from importlib.util import find_spec

    if find_spec("textual") is None:
        raise SimdyhpoError('trace browse needs textual: pip install "simdyhpo[browse]"')
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise SimdyhpoError("trace browse needs a terminal; see `trace show` and `trace explain`")
    from simdyhpo.browse.pages import Pages
    from simdyhpo.rebuilding.again import find_same_table

    run = open_run(folder)
    pages = Pages(run, find_same_table(run.manifest.spec.blackbox, [blackbox] if blackbox else []))
    if not len(pages):
        raise SimdyhpoError(f"{folder}: the run made no decision, so there is nothing to browse")
    from simdyhpo.browse.app import Browser

    Browser(pages).run()


@trace.command()
@click.argument("before", metavar="A", type=click.Path(path_type=Path))
@click.argument("now", metavar="B", type=click.Path(path_type=Path))
@click.option(
    "--tolerance",
    type=float,
    default=0.0,
    metavar="X",
    help="Scores, means and deviations that differ by less, relative, are equal; a decision between scores "
    "that near is a near-tie.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the difference as one JSON object.")
@click.pass_context
def diff(context: click.Context, *, before: Path, now: Path, tolerance: float, as_json: bool) -> None:
    """Say where run B first decides otherwise than run A, and how far they drift.

    A and B are folders of runs or cells of studies (cells/KEY). Exit status: 0 if they are
    equal, 1 if they differ, 2 for bad input.
    """
    from simdyhpo.traces.course import course_of
    from simdyhpo.traces.diff import compare
    from simdyhpo.traces.diff_words import lines, plain
    from simdyhpo.traces.manifest import to_json_line

    if not 0 <= tolerance < 1:
        raise OptionError("tolerance", tolerance, "give a number from 0, which is exact, to below 1")
    difference = compare(course_of(open_run(before)), course_of(open_run(now)), tolerance)
    print_lines([to_json_line(plain(difference))] if as_json else lines(difference))
    context.exit(0 if difference.equal else DIFFERENT)


def _json_lines(records: Iterable[DecisionRecord]) -> Iterator[str]:
    from simdyhpo.traces.manifest import to_json_line

    for record in records:
        yield to_json_line(_plain(record))


def _plain(record: DecisionRecord) -> dict[str, Any]:
    import msgspec

    return msgspec.structs.asdict(record) | {"decision": record.decision.name}


def _table(records: Iterable[DecisionRecord]) -> Iterator[str]:
    from simdyhpo.units import NANOSECONDS

    header = (
        "index",
        "seconds",
        "worker",
        "decision",
        "trial",
        "configuration",
        "from",
        "to",
        "score",
        "runner-up",
        "coin",
    )
    rows = [
        (
            str(record.index),
            f"{record.time_ns / NANOSECONDS:.3f}",
            str(record.worker),
            record.decision.name,
            str(record.trial),
            str(record.configuration),
            str(record.resume_from),
            str(record.milestone),
            _number(record.score),
            _number(record.runner_up),
            _number(record.coin),
        )
        for record in records
    ]
    yield from aligned(header, rows, right=[name for name in header if name != "decision"])


def _number(value: float) -> str:
    return "" if value != value else f"{value:.4g}"  # noqa: PLR0124 - NaN
