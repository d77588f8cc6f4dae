"""A run that is over, wherever it is kept: what every reader of runs may ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from simdyhpo.errors import OptionError
from simdyhpo.records import DecisionRecord
from simdyhpo.simulation.reports import Reports
from simdyhpo.traces.manifest import RunManifest
from simdyhpo.traces.timeline import Timeline

if TYPE_CHECKING:
    import pandas as pd


class StoredRun(Protocol):
    """A run in memory (`RunInMemory`), in a folder (`RunFolder`) or in a study's results (`StoredCell`).

    What is kept in files is read, and held against its checksum, when it is first asked for; an `OutputError`
    says that a file is missing, damaged or altered.
    """

    @property
    def manifest(self) -> RunManifest:
        """What was asked and what came of it."""
        ...

    @property
    def wall_seconds(self) -> float:
        """Host seconds that the simulation took; NaN where a study's results have lost them."""
        ...

    @property
    def decisions(self) -> pd.DataFrame:
        """One row for each decision, equal to `RunResult.decisions`."""
        ...

    @property
    def reports(self) -> pd.DataFrame:
        """One row for each report in order of arrival, equal to `RunResult.reports`."""
        ...

    def records(self) -> Iterator[DecisionRecord]:
        """The decisions in order, one by one, without pandas."""
        ...

    def report_columns(self) -> Reports:
        """All reports as columns, equal to `RunResult.report_columns`, without pandas."""
        ...

    def timeline(self) -> Timeline | None:
        """What every worker did; None where nobody kept it, and on an ideal cluster, where it follows."""
        return None

    def record(self, index: int) -> DecisionRecord:
        """Decision number `index`.

        Raises:
            OptionError: the run has no such decision.
        """
        return _nth(self.records(), index, self.manifest.counts.decisions)


def _nth(records: Iterable[DecisionRecord], index: int, count: int) -> DecisionRecord:
    if not 0 <= index < count:
        has = f"this run's decisions are 0 to {count - 1}" if count else "this run made no decision"
        raise OptionError("decision", index, has)
    return next(record for record in records if record.index == index)
