"""`simdyhpo scheduler`: who can decide, and with which settings."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from simdyhpo.cli.commands import CommandGroup
from simdyhpo.cli.option_lines import option_lines


@click.group(cls=CommandGroup)
def scheduler() -> None:
    """Schedulers and their options."""


@scheduler.command("list")
def list_schedulers() -> None:
    """Show the schedulers that can be named in --scheduler, and what each takes as --option name=value."""
    from simdyhpo.catalog import SCHEDULERS, scheduler_class
    from simdyhpo.searchers import SEARCHERS, searcher_class

    for name in SCHEDULERS:
        kind = scheduler_class(name)
        click.echo(f"{name}: {_first_line(kind)}")
        _show(option_lines(kind.Options), "  ")
        if "searcher" in kind.Options.__struct_fields__:
            for searcher in SEARCHERS:
                found = searcher_class(searcher)
                click.echo(f"  with searcher={searcher}: {_first_line(found)}")
                _show(option_lines(found.Options), "    ")
        click.echo()
    click.echo("Your own: --scheduler module:Class, with the class's options.")


def _show(lines: Iterator[str], indent: str) -> None:
    for line in lines:
        click.echo(indent + line)


def _first_line(kind: type) -> str:
    return (inspect.getdoc(kind) or "").partition("\n")[0]
