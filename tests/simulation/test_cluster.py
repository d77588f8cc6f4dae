"""Idle workers are handed out lowest id first."""

from __future__ import annotations

from simdyhpo.simulation.cluster import Cluster, Segment


def occupy(cluster, trial):
    worker = cluster.take()
    cluster.running[worker] = Segment(trial, 0, 0, 1, 1, 0)
    return worker


def test_lowest_id_first():
    cluster = Cluster(4)
    assert [occupy(cluster, trial) for trial in range(4)] == [0, 1, 2, 3]
    assert not cluster.idle
    for worker in (3, 1, 2):
        cluster.release(worker)
    assert [occupy(cluster, trial) for trial in range(3)] == [1, 2, 3]


def test_what_runs_where():
    cluster = Cluster(2)
    occupy(cluster, 7)
    assert [(worker, s.trial) for worker, s in cluster.running.items()] == [(0, 7)]
    cluster.release(0)
    assert not cluster.running
    assert cluster.take() == 0
