"""The options that say who runs cells: processes here, or a cluster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

_JOBS = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Cells at once; default: one a core, or all that a cluster has.",
)
_EXECUTOR = click.option(
    "--executor",
    type=click.Choice(["loky", "dask", "ray"]),
    default="loky",
    show_default=True,
    help="loky: processes on this machine; dask, ray: a cluster (of its own here, or at --address).",
)
_ADDRESS = click.option(
    "--address", metavar="A", help="Of a Dask scheduler (tcp://host:8786) or a Ray cluster."
)


def pool_options(command: Command) -> Command:
    """Add `jobs`, `executor` and `address`, which `simdyhpo.studies.pool.Pool` takes, to a command."""
    return _JOBS(_EXECUTOR(_ADDRESS(command)))
