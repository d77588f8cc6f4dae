"""A run made again from its spec alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.errors import SimdyhpoError, TableError
from simdyhpo.runs.front_door import Run
from simdyhpo.runs.result import RunResult
from simdyhpo.runs.spec import RunSpec, run_spec
from simdyhpo.tables.blackboxes import TABLES_VARIABLE, blackbox_files, describe, load_blackbox, new_name
from simdyhpo.tables.curves import CurveTable


def find_table(blackbox: dict[str, Any], files: Sequence[str | Path] = ()) -> CurveTable:
    """The table that a spec names, among given files, the shipped ones and the user's.

    Where there is none, `NAME.npz` in the current folder is taken if it has the spec's checksum: that is
    where the run had it from, as a rule.

    Args:
        blackbox: what the spec says of it.
        files: saved tables; the one with the spec's checksum is taken, or else the one with its name.

    Raises:
        TableError: there is none of that name.
    """
    name = str(blackbox["name"])
    tables = [load_blackbox(file) for file in files]
    for fits in (lambda table: table.checksum == blackbox["checksum"], lambda table: table.name == name):
        for table in filter(fits, tables):
            return table
    if name in blackbox_files():
        return load_blackbox(name)
    if (here := _table_here(name)) is not None and here.checksum == blackbox["checksum"]:
        return here
    other = "another one" if here is not None else "none"
    raise TableError(
        f"table {name!r}",
        f"is neither shipped nor in your folder of tables (${TABLES_VARIABLE}), and the current folder has "
        f"{other} in {name}.npz",
        "give its file with --blackbox FILE",
    )


def _table_here(name: str) -> CurveTable | None:
    """What lies as `NAME.npz` in the current folder, if it is a table."""
    file = Path(f"{name}.npz")
    if file.name != str(file) or not file.is_file():
        return None
    try:
        return load_blackbox(file)
    except SimdyhpoError:
        return None


def find_same_table(blackbox: dict[str, Any], files: Sequence[str | Path] = ()) -> CurveTable:
    """As `find_table`, but never another table of the same name.

    Raises:
        TableError: there is none of that name, or its content is not what the run saw.
    """
    table = find_table(blackbox, files)
    if table.checksum != blackbox["checksum"]:
        now = new_name(table.name, str(blackbox.get("kind")))
        raise TableError(
            f"table {table.name!r}",
            f"is not the one of the run (checksum {table.checksum[:12]}, the run's is "
            f"{blackbox['checksum'][:12]})",
            f"the run's is called {now!r} now: give its file with --blackbox FILE"
            if now and table.info.kind != "surrogate"
            else "give the run's table with --blackbox FILE",
        )
    return table


def factory_of(spec: RunSpec) -> SchedulerFactory:
    """Makes the spec's scheduler, with its options.

    Raises:
        UnknownNameError, OptionError: this version lacks the scheduler or an option.
        SimdyhpoError: the scheduler's module can't be imported.
    """
    return SchedulerFactory.from_settings(spec.scheduler, spec.options)


def run_again(spec: RunSpec, table: CurveTable) -> RunResult:
    """Make the run of `spec` on `table`, which may be another one than the spec's.

    Args:
        spec: what to do.
        table: the learning curves.

    Raises:
        SimdyhpoError: see `factory_of` and `simdyhpo.simulate`.
    """
    factory = factory_of(spec)
    asked = run_spec(
        describe(table), factory, spec.workers, spec.seed, spec.sampling, spec.budget, spec.cluster
    )
    return Run(asked, factory, table).finish()
