"""A run that was just made, read as a stored one is."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from simdyhpo.records import DecisionRecord
from simdyhpo.runs.result import RunResult
from simdyhpo.simulation.reports import Reports
from simdyhpo.traces.manifest import RunManifest, manifest_of
from simdyhpo.traces.stored_run import StoredRun
from simdyhpo.traces.timeline import Timeline, timeline_of

if TYPE_CHECKING:
    import pandas as pd


class RunInMemory(StoredRun):
    """A result that no file has.

    Args:
        result: of the run.
        versions: of the libraries, where they are to be others than those at hand.
    """

    def __init__(self, result: RunResult, versions: Mapping[str, str] | None = None) -> None:
        self._result = result
        self._versions = versions

    @functools.cached_property
    def manifest(self) -> RunManifest:
        """As it would be written, but for checksums: there are no files."""
        told = manifest_of(self._result, {})
        return (
            told if self._versions is None else msgspec.structs.replace(told, versions=dict(self._versions))
        )

    @property
    def wall_seconds(self) -> float:
        """See `StoredRun`."""
        return self._result.wall_seconds

    @property
    def decisions(self) -> pd.DataFrame:
        """See `StoredRun`."""
        return self._result.decisions

    @property
    def reports(self) -> pd.DataFrame:
        """See `StoredRun`."""
        return self._result.reports

    def records(self) -> Iterator[DecisionRecord]:
        """See `StoredRun`."""
        return iter(self._result.log)

    def report_columns(self) -> Reports:
        """See `StoredRun`."""
        return self._result.report_columns

    def timeline(self) -> Timeline:
        """See `StoredRun`."""
        return timeline_of(self._result)
