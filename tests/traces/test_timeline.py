"""A run's timeline: written and read back, for Perfetto, and as a figure."""

import json
import math

import numpy as np
import pytest

from simdyhpo.drawing.canvas import render
from simdyhpo.drawing.timeline import timeline_figure
from simdyhpo.errors import OutputError
from simdyhpo.runs.front_door import simulate
from simdyhpo.runs.spans import worker_spans
from simdyhpo.simulation.segment_log import FIELDS, INTERRUPTED
from simdyhpo.testing.tables import noisy
from simdyhpo.traces.perfetto import trace_events
from simdyhpo.traces.read import read_run
from simdyhpo.traces.timeline import derived_timeline, timeline_of
from simdyhpo.traces.write import write_run

FLAKY = {"crashes_per_hour": 300, "repair_seconds": 3, "start_seconds": 0.5, "save_seconds": 0.25}


@pytest.fixture(scope="module")
def result():
    options = {"searcher": "random", "probability_sh": 0.5}
    return simulate(noisy(), "dyhpo", workers=4, max_epochs=200, options=options, cluster=FLAKY)


@pytest.fixture(scope="module")
def folder(result, tmp_path_factory):
    folder = tmp_path_factory.mktemp("timeline") / "run"
    write_run(result, folder)
    return folder


def equal(one, other):
    assert (one.workers, one.end_ns, one.away) == (other.workers, other.end_ns, other.away)
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(one.segments, name), getattr(other.segments, name))


def test_written_and_read_back(result, folder):
    assert (result.segments.outcome == INTERRUPTED).any(), "the run must have faults"
    equal(read_run(folder).timeline(), timeline_of(result))
    told = read_run(folder).manifest.on_cluster
    assert told.deterministic
    totals = (told.busy_ns, told.idle_ns, told.lost_ns, told.overhead_ns, told.absent_ns)
    assert sum(totals) == 4 * result.end_ns


def test_an_altered_file_is_noticed(folder):
    path = folder / "absences.csv"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"crash", b"creep", 1))
    with pytest.raises(OutputError, match="altered"):
        read_run(folder).timeline()
    path.write_bytes(content)


def test_without_a_cluster_it_follows_from_the_decisions(tmp_path):
    ran = simulate(noisy(), "asha", workers=3, max_epochs=100)
    write_run(ran, tmp_path / "run")
    assert not (tmp_path / "run" / "segments.csv").exists()
    run = read_run(tmp_path / "run")
    equal(derived_timeline(run.manifest, run.records(), noisy()), timeline_of(ran))


REQUIRED = {"ph", "ts", "pid", "tid", "name"}


def test_perfettos_format(result):
    file = json.loads("".join(trace_events(timeline_of(result), result.log, "title")))
    events = file["traceEvents"]
    assert not any(REQUIRED - set(event) for event in events)
    assert {event["ph"] for event in events} == {"M", "X", "i"}
    assert all(isinstance(event["name"], str) and event["pid"] == 1 for event in events)
    assert {event["tid"] for event in events} == {0, 1, 2, 3}
    timed = [event for event in events if event["ph"] != "M"]
    stamps = [event["ts"] for event in timed]
    assert stamps == sorted(stamps)
    assert stamps[0] >= 0
    assert all(event["dur"] >= 0 for event in timed if event["ph"] == "X")
    assert all(event["s"] == "t" for event in timed if event["ph"] == "i")
    assert max(event["ts"] + event.get("dur", 0) for event in timed) <= result.end_ns / 1000 + 1e-3
    decisions = [event for event in timed if event.get("cat") == "decision"]
    assert [event["args"]["decision"] for event in decisions] == list(range(len(result.log)))
    for event, record in zip(decisions, result.log, strict=True):
        assert event["name"] == record.decision.name
        assert event["args"].get("coin", math.nan) == pytest.approx(record.coin, nan_ok=True)
    interrupted = int((result.segments.outcome == INTERRUPTED).sum())
    assert sum(event["name"] == "interrupted" for event in timed) == interrupted
    assert sum(event["name"] == "crash" for event in timed) == len(timeline_of(result).away)


def test_complete_events_of_a_track_nest(result):
    """Viewers show a track as a stack: events may contain each other, but never overlap in part."""
    events = json.loads("".join(trace_events(timeline_of(result), result.log, "title")))["traceEvents"]
    for worker in range(4):
        ends = []
        for event in (e for e in events if e["ph"] == "X" and e["tid"] == worker):
            begin, end = event["ts"], event["ts"] + event["dur"]
            while ends and ends[-1] <= begin + 1e-6:
                ends.pop()
            assert not ends or end <= ends[-1] + 1e-6
            ends.append(end)


@pytest.mark.parametrize(("workers", "kind"), [(4, "svg"), (1000, "png"), (1000, "pdf")])
def test_the_figure_stays_small_and_is_the_same_each_time(workers, kind, result):
    ran = result
    if workers == 1000:
        ran = simulate(
            noisy(), "asha", workers=1000, max_seconds=60, sampling="with-replacement", cluster=FLAKY
        )
        assert len(ran.segments) > 10_000
    timeline = timeline_of(ran)
    figure = timeline_figure(
        worker_spans(timeline.segments, timeline.away),
        workers=workers,
        length_ns=timeline.end_ns,
        title="title",
    )
    content = render(figure, kind)
    assert 1_000 < len(content) < 1_000_000
    if workers == 4:
        assert render(figure, kind) == content


def test_what_is_drawn_is_what_the_accounts_say(result):
    timeline, totals = timeline_of(result), result.accounts.totals_ns
    spans = worker_spans(timeline.segments, timeline.away)
    for kind, one in result.spans.items():
        np.testing.assert_array_equal(one.begin_ns, spans[kind].begin_ns)
    drawn = {kind: int((one.end_ns - one.begin_ns).sum()) for kind, one in spans.items()}
    assert drawn["lost"] == totals["lost"]
    assert drawn["absent"] == totals["absent"]
    # Saving on the way is within what is drawn as busy.
    assert drawn["busy"] >= totals["busy"]
    assert sum(drawn.values()) == sum(totals.values()) - totals["idle"]
