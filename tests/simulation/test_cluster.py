"""Idle workers are handed out lowest id first."""

from __future__ import annotations

from simdyhpo.simulation.cluster import Cluster, Segment


def segment(trial):
    return Segment(trial, 0, 0, 1, 1, 0)


def test_lowest_id_first():
    cluster = Cluster(4)
    assert [cluster.occupy(segment(trial)) for trial in range(4)] == [0, 1, 2, 3]
    assert cluster.first_idle() is None
    for worker in (3, 1, 2):
        cluster.release(worker)
    assert cluster.first_idle() == 1
    assert [cluster.occupy(segment(trial)) for trial in range(3)] == [1, 2, 3]


def test_what_runs_where():
    cluster = Cluster(2)
    cluster.occupy(segment(7))
    assert cluster.segment(0).trial == 7
    assert cluster.running == 1
    cluster.continues(0, segment(8))
    assert [(worker, s.trial) for worker, s in cluster.running_segments()] == [(0, 8)]
    cluster.release(0)
    assert cluster.running == 0
    assert cluster.first_idle() == 0
