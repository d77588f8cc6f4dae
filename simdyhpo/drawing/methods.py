"""Runs that are drawn side by side: what a run has to have, and which of them are of one method."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

import msgspec
import pandas as pd

from simdyhpo.analysis.variants import variant_names
from simdyhpo.errors import SimdyhpoError, short

if TYPE_CHECKING:
    from simdyhpo.tables.curves import CurveTable


class AskedRun(Protocol):
    """What was asked of a run; `simdyhpo.runs.spec.RunSpec` is one."""

    @property
    def blackbox(self) -> dict[str, Any]:
        """What is known of its table."""
        ...

    @property
    def scheduler(self) -> str:
        """Its name, or `module:Class`."""
        ...

    @property
    def options(self) -> dict[str, Any]:
        """All its settings."""
        ...

    @property
    def workers(self) -> int:
        """Their number."""
        ...

    @property
    def seed(self) -> int:
        """Of the run."""
        ...

    @property
    def cluster(self) -> Any:  # noqa: ANN401 - who draws never looks into it
        """What the workers are like."""
        ...

    @property
    def title(self) -> str:
        """What ran where, in words."""
        ...


class DrawnRun(Protocol):
    """A run that can be drawn; `simdyhpo.RunResult` is one."""

    @property
    def spec(self) -> AskedRun:
        """What was asked."""
        ...

    @property
    def end_ns(self) -> int:
        """Simulated time at the end."""
        ...

    @property
    def decisions(self) -> pd.DataFrame:
        """One row for each decision."""
        ...

    @property
    def reports(self) -> pd.DataFrame:
        """One row for each report, in order of arrival."""
        ...

    @property
    def trajectory(self) -> pd.DataFrame:
        """How the incumbent improved."""
        ...

    @property
    def table(self) -> CurveTable:
        """What was replayed; needed for measures other than the plain normalised regret."""
        ...


class HasMethods(Protocol):
    """Results that know which runs are of which method; a `simdyhpo.Comparison` does."""

    @property
    def methods(self) -> Mapping[str, Sequence[DrawnRun]]:
        """The runs of each method, by its name."""
        ...


Results = DrawnRun | Iterable[DrawnRun] | Mapping[str, DrawnRun | Iterable[DrawnRun]] | HasMethods
"""One run, several, several by the name of their method, or a comparison."""

Methods = Mapping[str, Sequence[DrawnRun]]


def methods_of(results: Results, blackbox: str | None = None) -> Methods:
    """The runs of each method, in the order in which they came.

    Runs without names are of one method if they agree in scheduler and options; it is then named by the
    scheduler, and by those options that tell it from others.

    Args:
        results: see `Results`.
        blackbox: only runs on this table count; all if not given.

    Raises:
        SimdyhpoError: there is no run, something is none, or methods were run on different tables.
    """
    named: Mapping[str, Any] | None = getattr(results, "methods", None)
    if named is None and isinstance(results, Mapping):
        named = results
    if named is None:
        named = _by_settings(_runs(results))
    found = {str(label): _runs(runs) for label, runs in named.items()}
    if blackbox is not None:
        found = {label: [run for run in runs if table_of(run) == blackbox] for label, runs in found.items()}
    found = {label: runs for label, runs in found.items() if runs}
    if not found:
        where = "" if blackbox is None else f" on table {blackbox!r}"
        raise SimdyhpoError(f"there is no run{where} to draw; give a result of simdyhpo.simulate, or several")
    _check_same_tables(found)
    return found


def only_run(run: DrawnRun) -> DrawnRun:
    """A run again, if it is one and not many.

    Raises:
        SimdyhpoError: it is something else.
    """
    (found,) = _runs([run])
    return found


def table_of(run: DrawnRun) -> str:
    """The name of its table."""
    return str(run.spec.blackbox["name"])


def same_of_all(methods: Methods, key: str) -> str | None:
    """What all runs' tables say under a key, if they agree."""
    said = {str(run.spec.blackbox[key]) for runs in methods.values() for run in runs}
    return said.pop() if len(said) == 1 else None


def _runs(results: object) -> list[DrawnRun]:
    many = isinstance(results, Iterable) and not hasattr(results, "trajectory")
    given: list[Any] = list(cast("Iterable[Any]", results)) if many else [results]
    for one in given:
        if not hasattr(one, "trajectory"):
            raise SimdyhpoError(f"{short(one, 80)} is no run; give a result of simdyhpo.simulate, or several")
    return given


def _by_settings(runs: Sequence[DrawnRun]) -> dict[str, list[DrawnRun]]:
    workers = {run.spec.workers for run in runs}
    rows = pd.DataFrame(
        {
            "scheduler": [run.spec.scheduler.rpartition(":")[2] for run in runs],
            "options": [msgspec.json.encode(run.spec.options, order="sorted").decode() for run in runs],
            "cluster": ["ideal" if run.spec.cluster is msgspec.UNSET else "own" for run in runs],
        }
    )
    found: dict[str, list[DrawnRun]] = {}
    for name, run in zip(variant_names(rows) if runs else (), runs, strict=True):
        crowd = f",workers={run.spec.workers}" if len(workers) > 1 else ""
        found.setdefault(name + crowd, []).append(run)
    return found


def _check_same_tables(methods: Methods) -> None:
    """A mean over other tables would compare tables, not methods."""
    tables = {label: {table_of(run) for run in runs} for label, runs in methods.items()}
    first, *others = tables
    for label in others:
        if lacking := sorted(tables[first] ^ tables[label]):
            raise SimdyhpoError(
                f"{first!r} and {label!r} were not run on the same tables ({', '.join(lacking[:3])}): "
                "draw those that both have, with blackbox=NAME for one of them"
            )
