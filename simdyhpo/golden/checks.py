"""Making golden logs, and holding the present against them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from simdyhpo.errors import OutputError, SimdyhpoError, cant_write
from simdyhpo.files.whole import written_whole
from simdyhpo.golden.text import GoldenLog, golden_log, read_golden, to_text
from simdyhpo.rebuilding.again import factory_of, find_table, run_again
from simdyhpo.rebuilding.follower import Follower
from simdyhpo.records import DecisionLog
from simdyhpo.runs.front_door import Run
from simdyhpo.runs.result import RunResult
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.reports import Reports, expand_reports
from simdyhpo.tables.curves import CurveTable
from simdyhpo.traces.course import Course
from simdyhpo.traces.diff import Difference, compare
from simdyhpo.traces.diff_words import lines as difference_lines
from simdyhpo.traces.diff_words import plain
from simdyhpo.traces.words import count
from simdyhpo.traces.write import check_free, write_run

TOLERANCE = 1e-6
"""How far scores of a model may differ between machines, relative, before it is a change."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """How a run compares with its golden log.

    Attributes:
        path: of the log.
        difference: between the log ("before") and the run ("now").
        behaviours: under which behaviour each was made.
        changed: whether writing the run would change the file.
    """

    path: Path
    difference: Difference
    behaviours: tuple[int, int]
    changed: bool

    @property
    def agrees(self) -> bool:
        """Equal; with a tolerance, also if the first decision that differs is a near-tie."""
        return self.difference.equal_up_to_ties if self.difference.tolerance else self.difference.equal

    def plain(self) -> dict[str, Any]:
        """The result for programs."""
        before, now = self.behaviours
        told = {"file": str(self.path), "agrees": self.agrees, "behaviour": before, "behaviour_now": now}
        return told | plain(self.difference)

    def lines(self) -> Iterator[str]:
        """The result on one line; below it what differs, the first divergent decision first."""
        difference = self.difference
        many = count(difference.drift.decisions[0], "decision")
        if difference.equal:
            yield f"{self.path}: agrees, {many}"
            return
        if self.agrees:
            assert difference.decision is not None
            assert difference.decision.tie is not None
            yield (
                f"{self.path}: agrees up to a near-tie at decision {difference.decision.index} of {many} "
                f"(relative margin {difference.decision.tie.margin:.3g}); what follows can't be compared"
            )
            return
        yield f"{self.path}: differs (now: this version)"
        if self.behaviours[0] != self.behaviours[1]:
            yield f"  behaviour: {self.behaviours[0]}, now {self.behaviours[1]}"
        yield from (f"  {line}" for line in difference_lines(difference))
        if difference.versions and not difference.tolerance:
            yield "  a model's scores agree between libraries and machines to rounding only: see --tolerant"


def record(path: Path | str, result: RunResult) -> None:
    """Keep a run as a golden log.

    Raises:
        OutputError: the file exists, or can't be written.
    """
    check_new(Path(path))
    write(Path(path), golden_log(result))


def check(
    path: Path | str,
    *,
    tables: Sequence[str | Path] = (),
    tolerance: float = 0.0,
    keep: Path | str | None = None,
) -> Check:
    """Make a golden log's run again and compare.

    Args:
        path: of the golden log.
        tables: files of tables that are not shipped.
        tolerance: relative; for schedulers with a model on other machines, e.g. `TOLERANCE`.
        keep: new folder for the run that is made, as `RunResult.save` writes it; not kept if not given.

    Raises:
        OutputError: the file is missing or damaged, or the folder holds something or can't be written.
        SimdyhpoError: table or scheduler can't be found.
    """
    return _rerun(Path(path), tables, tolerance, None if keep is None else Path(keep))[0]


def update(path: Path | str, *, tables: Sequence[str | Path] = ()) -> Check:
    """Make a golden log's run again and keep what it is now. Returns what changed.

    Args:
        path, tables: see `check`.

    Raises:
        SimdyhpoError: see `check`; or the file can't be written.
    """
    checked, log = _rerun(Path(path), tables, 0.0)
    if checked.changed:
        write(checked.path, log)
    return checked


def compare_with(path: Path, result: RunResult, table: CurveTable, *, tolerance: float = 0.0) -> Check:
    """Hold a run that was just made on `table` against a golden log.

    Raises:
        OutputError: the file is missing or damaged.
    """
    before, now = read_golden(path), golden_log(result)
    difference = compare(_course(before, table), _course(now, table), tolerance)
    return Check(
        path=path,
        difference=difference,
        behaviours=(before.behaviour, now.behaviour),
        changed=to_text(before) != to_text(now),
    )


def check_new(path: Path) -> None:
    """Raise an `OutputError` if a file is there."""
    if path.exists():
        raise OutputError(f"{path}: exists; choose another name, or `simdyhpo golden update {path}`")


def write(path: Path, log: GoldenLog) -> None:
    """Write a log, whole or not at all.

    Raises:
        OutputError: the folder is missing or can't be written.
    """
    try:
        with written_whole(path) as aside:
            aside.write_text(to_text(log), encoding="utf-8", newline="\n")
    except OSError as error:
        raise cant_write(path, error) from None


def _rerun(
    path: Path, tables: Sequence[str | Path], tolerance: float, keep: Path | None = None
) -> tuple[Check, GoldenLog]:
    before = read_golden(path)
    table = find_table(before.spec.blackbox, tables)
    if keep is not None:
        check_free(keep)
    result = run_again(before.spec, table)
    if keep is not None:
        write_run(result, keep)
    return compare_with(path, result, table, tolerance=tolerance), golden_log(result)


def _course(log: GoldenLog, table: CurveTable) -> Course:
    return Course(
        spec=log.spec,
        records=log.records,
        reports=_reports(log, table),
        ended_by=log.ended_by,
        end_ns=log.end_ns,
        versions=log.versions,
    )


def _reports(log: GoldenLog, table: CurveTable) -> Reports:
    """What came in, looked up in the table at hand; nothing if the log is of a table of another shape."""
    if isinstance(log.spec.cluster, Cluster):
        return _reports_on_cluster(log, table)
    integers = DecisionLog.of(log.records).columns()
    fits = np.all(integers["configuration"] < len(table)) and np.all(
        integers["milestone"] <= table.max_resource
    )
    if not fits:
        integers = DecisionLog().columns()
    return expand_reports(integers, table, log.end_ns, log.spec.budget.max_epochs)


def _reports_on_cluster(log: GoldenLog, table: CurveTable) -> Reports:
    """What came in when the log's decisions were taken; until they can't be, if they can't."""
    run = Run(log.spec, factory_of(log.spec), table)
    run.engine.decider = Follower(run.scheduler, log.records)
    with contextlib.suppress(SimdyhpoError):
        run.simulate()
    return run.engine.reports_until(log.end_ns)
