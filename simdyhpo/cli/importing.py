"""`simdyhpo import`: published benchmark data as tables."""

from __future__ import annotations

from pathlib import Path

import click

from simdyhpo.cli.commands import CommandGroup


@click.group("import", cls=CommandGroup)
def import_() -> None:
    """Make tables from published benchmark data."""


@import_.command("taskset")
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--task", "tasks", multiple=True, help="A task's short name; may be repeated; default: all.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the tables.")
@click.option("--unfiltered", is_flag=True, help="Keep the curves that the DyHPO paper leaves out.")
def import_taskset(*, data: Path, tasks: tuple[str, ...], out: Path, unfiltered: bool) -> None:
    """Read TaskSet's text tasks from the folder DATA, as published with DyHPO."""
    from simdyhpo.errors import OutputError
    from simdyhpo.importers.taskset import taskset_table, taskset_tasks

    for task in tasks or taskset_tasks(data):
        table = taskset_table(data, task, filtered=not unfiltered)
        path = out / f"{table.name}.npz"
        if path.exists():
            raise OutputError(f"{path}: exists already, left as it is; choose another folder")
        table.save(path)
        click.echo(f"{path}: {len(table)} curves of {table.max_resource} steps")
