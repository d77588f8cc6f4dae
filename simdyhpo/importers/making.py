"""Making a suite's tables into a folder: several at once, and never one that is there already."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from simdyhpo.errors import OutputError, SimdyhpoError, TableError
from simdyhpo.importers.shipping import table_manifest, write_blackbox
from simdyhpo.importers.suites import find_suite
from simdyhpo.processes import work_through
from simdyhpo.tables.blackboxes import BlackboxFiles, files_in, read_manifest
from simdyhpo.tables.files import stored_checksum


class Order(msgspec.Struct, frozen=True):
    """One table to be made.

    Attributes:
        suite, task: which.
        name: the table's name.
        options: the suite's `Options`.
        data: the suite's published files.
        out: the folder of tables.
    """

    suite: str
    task: str
    name: str
    options: Any
    data: Path
    out: Path

    @property
    def files(self) -> BlackboxFiles:
        """The two files that it becomes."""
        return files_in(self.out, self.name)

    @property
    def settings(self) -> dict[str, Any]:
        """The options as a manifest says them."""
        settings: dict[str, Any] = msgspec.to_builtins(self.options)
        return settings


class Finished(msgspec.Struct, frozen=True):
    """A table that is there.

    Attributes:
        order: what was asked.
        made: False if it was there before.
        curves, resources: its shape.
        checksum: of its content.
    """

    order: Order
    made: bool
    curves: int
    resources: int
    checksum: str


def orders(suite: str, tasks: Sequence[str], options: Any, data: Path, out: Path) -> list[Order]:  # noqa: ANN401
    """What has to be there in the end; `tasks` empty means all.

    Raises:
        UnknownNameError: the suite or a task is unknown.
        TableError: `data` doesn't hold the suite.
    """
    found = find_suite(suite)
    wanted = list(dict.fromkeys(tasks)) or found.tasks(data)
    return [Order(suite, task, found.table_name(data, task, options), options, data, out) for task in wanted]


def make_tables(wanted: Sequence[Order], jobs: int = 1) -> Iterator[Finished]:
    """Make what is missing, `jobs` tables at once; yields each table when it is there.

    Interrupt it at any time and start it again: it goes on.

    Raises:
        OutputError: a table is there that was made with other options, or the folder can't be written.
        TableError: a published file is missing or damaged.
        SimdyhpoError: a process died.
    """
    missing = []
    for order in wanted:
        finished = _finished(order)
        if finished is None:
            missing.append(order)
        else:
            yield finished
    if jobs == 1 or len(missing) < 2:
        yield from map(make_table, missing)
        return
    with contextlib.closing(work_through(make_table, deque(missing), jobs)) as all_ended:
        for ended in all_ended:
            if ended.died:
                raise SimdyhpoError(
                    f"{ended.task.name}: the process that made it died, perhaps for lack of memory; try "
                    "again with fewer --jobs: what is made stays"
                )
            if ended.result is None:
                raise ended.error or AssertionError
            yield ended.result


def make_table(order: Order) -> Finished:
    """Make one table and write its two files."""
    made = find_suite(order.suite).make(order.data, order.task, order.options)
    manifest = table_manifest(
        made.table,
        licence=made.licence,
        citation=made.citation,
        made_by=f"simdyhpo blackbox make {order.suite} --task {order.task}",
        versions=made.versions,
        seeds=made.seeds,
        notes=made.notes,
        settings=order.settings,
        dropped=made.dropped,
        asked=made.asked,
        achieved=made.achieved,
    )
    write_blackbox(made.table, manifest, order.files.table, order.files.manifest)
    return Finished(order, True, len(made.table), made.table.max_resource, made.table.checksum)


def _finished(order: Order) -> Finished | None:
    """The table, if both of its files are there and belong to each other."""
    files = order.files
    try:
        manifest = read_manifest(files.manifest)
        if stored_checksum(files.table) != manifest.checksum:
            return None
    except TableError:
        return None
    if manifest.settings != order.settings:
        raise OutputError(
            f"{files.table}: was made with other options ({_said(manifest.settings)}); left as it is, give "
            "another --out or remove it"
        )
    return Finished(order, False, manifest.configurations, manifest.resources, manifest.checksum)


def _said(settings: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in settings.items()) or "none known"
