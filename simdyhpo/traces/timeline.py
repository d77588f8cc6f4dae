"""What every worker did, and when it was away: the timeline of a run, written and read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import msgspec
import numpy as np

from simdyhpo.records import DecisionLog, DecisionRecord
from simdyhpo.runs.result import RunResult
from simdyhpo.simulation.absences import KINDS
from simdyhpo.simulation.segment_log import FIELDS, OUTCOMES, Segments, plain_segments
from simdyhpo.tables.curves import CurveTable
from simdyhpo.traces.columns import Column
from simdyhpo.traces.manifest import RunManifest

AwayRow = tuple[int, int, int, int]
"""(worker, begin in ns, end in ns, index into `simdyhpo.simulation.absences.KINDS`)"""


class Timeline(msgspec.Struct, frozen=True):
    """A run by its workers.

    Attributes:
        workers: their number.
        end_ns: the run's end; nothing reaches beyond it.
        segments: what they did.
        away: when they were away, worker by worker.
    """

    workers: int
    end_ns: int
    segments: Segments
    away: list[AwayRow]


def timeline_of(result: RunResult) -> Timeline:
    """The timeline of a run that was just made."""
    away = [
        (worker, begin, end, kind)
        for worker, absences in enumerate(result.absences)
        for begin, end, kind in absences
    ]
    return Timeline(result.spec.workers, result.end_ns, result.segments, away)


def derived_timeline(manifest: RunManifest, records: Iterable[DecisionRecord], table: CurveTable) -> Timeline:
    """The timeline of a run on an ideal cluster, which follows from its decisions.

    Args:
        manifest, records: of the run.
        table: what it replayed.
    """
    segments = plain_segments(DecisionLog.of(records).columns(), table, manifest.end_ns)
    return Timeline(manifest.spec.workers, manifest.end_ns, segments, [])


def read_timeline(segments_csv: str, absences_csv: str, manifest: RunManifest) -> Timeline:
    """The timeline of a run on a cluster that is not ideal, from the files that `write_run` wrote."""
    rows = list(csv.DictReader(io.StringIO(segments_csv)))
    for row in rows:
        row["outcome"] = str(OUTCOMES.index(row["outcome"]))
    segments = Segments(*(np.array([row[name] for row in rows], dtype=np.int64) for name in FIELDS))
    away = [
        (int(row["worker"]), int(row["begin_ns"]), int(row["end_ns"]), KINDS.index(row["kind"]))
        for row in csv.DictReader(io.StringIO(absences_csv))
    ]
    return Timeline(manifest.spec.workers, manifest.end_ns, segments, away)


def segment_columns(timeline: Timeline) -> dict[str, Column]:
    """The columns of segments.csv: those of `Segments`, outcomes by name."""
    columns: dict[str, Column] = {name: getattr(timeline.segments, name) for name in FIELDS}
    columns["outcome"] = [OUTCOMES[outcome] for outcome in timeline.segments.outcome.tolist()]
    return columns


def absence_columns(timeline: Timeline) -> dict[str, Column]:
    """The columns of absences.csv: worker, begin_ns, end_ns, kind by name."""
    rows = np.array(timeline.away, dtype=np.int64).reshape(-1, 4)
    return {
        "worker": rows[:, 0],
        "begin_ns": rows[:, 1],
        "end_ns": rows[:, 2],
        "kind": [KINDS[kind] for kind in rows[:, 3].tolist()],
    }
