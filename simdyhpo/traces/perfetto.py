"""A run as a file of trace events, which Perfetto and chrome://tracing open.

Source: "Trace Event Format" (Google), its JSON object form: complete events (X), instants (i), metadata (M).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.records import DecisionRecord
from simdyhpo.simulation.absences import KINDS
from simdyhpo.simulation.segment_log import INTERRUPTED, OUTCOMES
from simdyhpo.traces.timeline import Timeline
from simdyhpo.units import NANOSECONDS

Event = dict[str, Any]
_WORKERS = 1
"""The one process of the file: all tracks are its threads."""


def trace_events(timeline: Timeline, records: Iterable[DecisionRecord], title: str) -> Iterator[str]:
    """The file's text, piece by piece: one event a line, in the order of time.

    Each worker is a track. A segment is a complete event with what was trained, and within it what was
    overhead; a decision is an instant with its scores; an absence is a complete event, an interruption an
    instant. Times are in microseconds of simulated time, exact to the nanosecond.
    """
    yield '{"displayTimeUnit":"ms","traceEvents":[\n'
    yield ",\n".join(json.dumps(event, separators=(",", ":")) for event in _named_tracks(timeline, title))
    events = [*_segments(timeline), *_absences(timeline), *_decisions(records)]
    events.sort(key=lambda event: (event["ts"], -event.get("dur", 0)))  # what contains comes first
    for event in events:
        yield ",\n" + json.dumps(event, separators=(",", ":"))
    yield "\n]}\n"


def _named_tracks(timeline: Timeline, title: str) -> Iterator[Event]:
    yield _metadata("process_name", 0, {"name": title})
    for worker in range(timeline.workers):
        yield _metadata("thread_name", worker, {"name": f"worker {worker}"})
        yield _metadata("thread_sort_index", worker, {"sort_index": worker})


def _metadata(kind: str, worker: int, told: Mapping[str, object]) -> Event:
    return {"ph": "M", "ts": 0, "pid": _WORKERS, "tid": worker, "name": kind, "args": told}


def _complete(name: str, kind: str, worker: int, begin_ns: int, end_ns: int, **arguments: object) -> Event:
    return {
        "ph": "X",
        "ts": begin_ns / 1000,
        "dur": (end_ns - begin_ns) / 1000,
        "pid": _WORKERS,
        "tid": worker,
        "name": name,
        "cat": kind,
        "args": arguments,
    }


def _instant(name: str, kind: str, worker: int, time_ns: int, **arguments: object) -> Event:
    return {
        "ph": "i",
        "ts": time_ns / 1000,
        "pid": _WORKERS,
        "tid": worker,
        "name": name,
        "cat": kind,
        "s": "t",
        "args": arguments,
    }


def _segments(timeline: Timeline) -> Iterator[Event]:
    segments = timeline.segments
    columns = (getattr(segments, name).tolist() for name in segments.__struct_fields__)
    for row in zip(*columns, strict=True):
        told = dict(zip(segments.__struct_fields__, row, strict=True))
        worker, begins, over = told["worker"], told["begins_ns"], told["over_ns"]
        outcome = OUTCOMES[told["outcome"]]
        yield _complete(
            f"trial {told['trial']}: {told['first']} to {told['reached']}",
            "segment",
            worker,
            told["given_ns"],
            told["released_ns"],
            decision=told["decision"],
            trial=told["trial"],
            configuration=told["configuration"],
            outcome=outcome,
            busy_seconds=told["busy_ns"] / NANOSECONDS,
            lost_seconds=told["lost_ns"] / NANOSECONDS,
        )
        if begins > told["given_ns"]:
            yield _complete("begin", "overhead", worker, told["given_ns"], begins)
        if told["released_ns"] > over:
            yield _complete("release", "overhead", worker, over, told["released_ns"])
        if told["outcome"] == INTERRUPTED:
            lost = told["lost_ns"] / NANOSECONDS
            yield _instant("interrupted", "fault", worker, over, trial=told["trial"], lost_seconds=lost)


def _absences(timeline: Timeline) -> Iterator[Event]:
    for worker, begin, end, kind in timeline.away:
        yield _complete(KINDS[kind], "fault", worker, begin, end)


def _decisions(records: Iterable[DecisionRecord]) -> Iterator[Event]:
    for record in records:
        told: dict[str, object] = {
            "decision": record.index,
            "trial": record.trial,
            "configuration": record.configuration,
            "resume_from": record.resume_from,
            "milestone": record.milestone,
        }
        scores = {name: getattr(record, name) for name in ("score", "runner_up", "mean", "deviation", "coin")}
        told |= {name: value for name, value in scores.items() if math.isfinite(value)}
        name = ScheduleDecision(record.decision).name
        yield _instant(name, "decision", record.worker, record.time_ns, **told)
