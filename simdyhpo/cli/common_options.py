"""Options that several commands have, word for word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from simdyhpo.cli import completion

Command = TypeVar("Command", bound=Callable[..., Any])

JOBS = click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Cells at once; default: one a core."
)


def tables_folder(more: str = "") -> Callable[[Command], Command]:
    """`tables`: where the user's own lie; `more` says when they are needed."""
    return click.option(
        "--tables",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help=f"Folder of tables NAME.npz beside those of `simdyhpo blackbox list`{more}.",
    )


TABLES = tables_folder()


def settings(help_text: str = "A setting; repeatable.") -> Callable[[Command], Command]:
    """`options`: a scheduler's, which `simdyhpo.options.parse_pairs` takes."""
    return click.option(
        "--option",
        "options",
        multiple=True,
        metavar="NAME=VALUE",
        help=help_text,
        shell_complete=completion.options,
    )


def tables_named(given: Sequence[str]) -> list[str]:
    """The names of tables, which may stand together with commas, and in several options."""
    return [name.strip() for one in given for name in one.split(",") if name.strip()]


def out_folder(default: str, what: str) -> Callable[[Command], Command]:
    """`out`: the folder for what a command writes."""
    return click.option(
        "--out",
        type=click.Path(path_type=Path),
        default=Path(default),
        show_default=True,
        metavar="DIR",
        help=what,
    )
