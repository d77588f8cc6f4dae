"""The course of a run: all that it decided and heard, wherever it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

import msgspec

from simdyhpo.records import DecisionRecord
from simdyhpo.run_results import RunResult
from simdyhpo.run_specs import RunSpec
from simdyhpo.simulation.reports import Reports
from simdyhpo.simulation.simulation import EndedBy
from simdyhpo.traces.manifest import RunManifest


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """What two runs are compared by.

    Attributes:
        spec: what was asked.
        records: the decisions in order.
        reports: what came in.
        ended_by, end_ns: how and when it ended.
        versions: of the libraries that can change a number; empty where they are not recorded.
    """

    spec: RunSpec
    records: list[DecisionRecord]
    reports: Reports
    ended_by: EndedBy
    end_ns: int
    versions: Mapping[str, str]


class Stored(Protocol):
    """A run that is stored somewhere and can be read whole."""

    @property
    def manifest(self) -> RunManifest:
        """What was asked and what came of it."""
        ...

    def records(self) -> Iterator[DecisionRecord]:
        """The decisions in order."""
        ...

    def report_columns(self) -> Reports:
        """All reports, as columns."""
        ...


def stored_course(run: Stored) -> Course:
    """The course of a stored run.

    Raises:
        OutputError: its logs are damaged.
    """
    manifest = run.manifest
    return Course(
        spec=manifest.spec,
        records=list(run.records()),
        reports=run.report_columns(),
        ended_by=manifest.ended_by,
        end_ns=manifest.end_ns,
        versions=manifest.versions,
    )


def course_of(result: RunResult, versions: Mapping[str, str]) -> Course:
    """The course of a run that was just made."""
    return Course(
        spec=result.spec,
        records=list(result.log),
        reports=result.report_columns,
        ended_by=result.ended_by,
        end_ns=result.end_ns,
        versions=versions,
    )
