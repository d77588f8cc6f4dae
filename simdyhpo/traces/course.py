"""The course of a run: all that it decided and heard, wherever it is kept."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from simdyhpo.records import DecisionRecord
from simdyhpo.runs.spec import RunSpec
from simdyhpo.simulation.reports import Reports
from simdyhpo.simulation.simulation import EndedBy
from simdyhpo.traces.stored_run import StoredRun


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


def course_of(run: StoredRun) -> Course:
    """The course of a run, wherever it is kept.

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
