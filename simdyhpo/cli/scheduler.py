"""`simdyhpo scheduler`: who can decide, and with which settings."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from simdyhpo.cli import completion
from simdyhpo.cli.commands import CommandGroup
from simdyhpo.cli.common_options import settings
from simdyhpo.cli.lookup import find_own_modules
from simdyhpo.cli.option_lines import option_lines, option_rows
from simdyhpo.cli.text import AS_JSON, aligned, print_json

if TYPE_CHECKING:
    from simdyhpo.catalog.entry import Entry
    from simdyhpo.schedulers.plans import BracketPlan


@click.group(cls=CommandGroup)
def scheduler() -> None:
    """Schedulers and their options."""


@scheduler.command("list")
@AS_JSON
def list_schedulers(*, as_json: bool) -> None:
    """Show the schedulers that can be named in --scheduler, and what each takes as --option name=value."""
    from simdyhpo.catalog.entries import SCHEDULERS
    from simdyhpo.catalog.factory import scheduler_class
    from simdyhpo.searchers import SEARCHERS, searcher_class

    if as_json:
        print_json([_facts(name) for name in sorted(SCHEDULERS)])
        return
    for name, entry in sorted(SCHEDULERS.items()):
        kind = scheduler_class(name)
        click.echo(f"{name}: {entry.rule}{f' ({needs})' if (needs := _needs(entry).strip()) else ''}")
        _show(option_lines(kind.Options), "  ")
        if "searcher" in kind.Options.__struct_fields__:
            for searcher in SEARCHERS:
                found = searcher_class(searcher)
                click.echo(f"  with searcher={searcher}: {_first_line(found)}")
                _show(option_lines(found.Options), "    ")
        click.echo()
    click.echo("Your own: --scheduler module:Class, with the class's options.")


@scheduler.command("show", short_help="Show one scheduler, its options and its rungs.")
@click.argument("name", shell_complete=completion.schedulers)
@click.option(
    "--max-resource",
    type=click.IntRange(min=1),
    default=52,
    show_default=True,
    help="The table's largest resource, e.g. its number of epochs.",
)
@settings()
@AS_JSON
def show_scheduler(name: str, max_resource: int, options: tuple[str, ...], *, as_json: bool) -> None:
    """What scheduler NAME does, what it takes as --option, and where its rungs would lie on a table.

    NAME is one that `simdyhpo scheduler list` shows, or module:Class.
    """
    from simdyhpo.catalog.entries import SCHEDULERS
    from simdyhpo.catalog.factory import SchedulerFactory, scheduler_class
    from simdyhpo.options import parse_pairs
    from simdyhpo.searchers import searcher_class

    find_own_modules(name, *parse_pairs(options).values())
    kind = scheduler_class(name)
    settings = SchedulerFactory(name, parse_pairs(options)).options
    if as_json:
        print_json(_facts(name, settings))
        return
    click.echo(f"{name}: {_docstring(kind) or 'its class has no docstring'}\n")
    known = SCHEDULERS.get(name)
    if known is not None and (known.extra or known.needs):
        click.echo(f"It{_needs(known)}.\n")
    _show(option_lines(kind.Options, settings if options else None, words=True), "  ")
    if "searcher" in kind.Options.__struct_fields__:
        own = settings.searcher_options
        click.echo(f"\n  with searcher={settings.searcher}: {_first_line(searcher_class(settings.searcher))}")
        _show(option_lines(type(own), own if options else None, words=True), "    ")
    plan = getattr(settings, "plan", None)
    if plan is not None:
        click.echo(f"\nrungs for largest resource {max_resource}:")
        _show(_rung_lines(plan(max_resource)), "  ")


def _facts(name: str, settings: Any = None) -> dict[str, object]:  # noqa: ANN401 - its options
    """What is shown of a scheduler, for programs."""
    from simdyhpo.catalog.entries import SCHEDULERS
    from simdyhpo.catalog.factory import scheduler_class

    kind, known = scheduler_class(name), SCHEDULERS.get(name)
    return {
        "name": name,
        "rule": _first_line(kind) if known is None else known.rule,
        "needs": "" if known is None else _needs(known).strip().removeprefix("needs "),
        "options": option_rows(kind.Options, settings),
    }


def _rung_lines(brackets: Sequence[BracketPlan]) -> Iterator[str]:
    """One line for each rung of each bracket, the lowest first."""
    rows = []
    for number, bracket in enumerate(brackets):
        new = "in turn" if bracket.share is None else f"{bracket.share:.1%}"
        for place, rung in enumerate(bracket.rungs):
            above = bracket.rungs[place + 1 : place + 2]
            if not above:
                goes_on = "ends"
            elif rung.quantile is None:
                goes_on = f"{above[0].trials}"
            else:
                goes_on = f"{rung.quantile:.1%}"
            trials = "any" if rung.trials is None else str(rung.trials)
            rows.append((str(number), new if len(brackets) > 1 else "all", str(rung.level), trials, goes_on))
    yield from aligned(
        ("bracket", "new trials", "resource", "trials", "go on"), rows, right=("resource", "trials")
    )


def _show(lines: Iterator[str], indent: str) -> None:
    for line in lines:
        click.echo(indent + line)


def _needs(entry: Entry) -> str:
    """What a scheduler needs beside simdyhpo, if anything."""
    extra = f"pip install 'simdyhpo[{entry.extra}]'" if entry.extra else ""
    needs = " and ".join(part for part in (extra, entry.needs) if part)
    return f" needs {needs}" if needs else ""


def _first_line(kind: type) -> str:
    return _docstring(kind).partition("\n")[0]


def _docstring(kind: type) -> str:
    """Its own: what a base class says of itself is no word about this one."""
    return inspect.cleandoc(vars(kind).get("__doc__") or "")
