"""Clusters on which nothing is ever finished: one error after a stated bound, whatever the budget."""

from __future__ import annotations

import pytest

from simdyhpo.errors import ClusterError
from simdyhpo.runs.front_door import simulate
from simdyhpo.simulation import patience
from tests.making import table

HOUR = 3600.0
HOPELESS = {"crashes_per_hour": 3600.0, "retries": 10**9}
"""A crash a second, where an epoch takes an hour."""


@pytest.fixture(scope="module")
def long():
    return table([[3.0, 2.0], [2.0, 1.0]] * 3, [[HOUR, 2 * HOUR]] * 6)


def test_the_bound(long):
    with pytest.raises(ClusterError, match="100,000 interruptions in a row, and no segment ended"):
        simulate(long, "random", cluster=HOPELESS, max_epochs=5)


@pytest.fixture
def soon(monkeypatch):
    """A smaller bound."""
    monkeypatch.setattr(patience, "INTERRUPTIONS", 2000)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("on", ["any", "same"])
@pytest.mark.parametrize(
    "limits", [{"max_epochs": 5}, {"max_trials": 6}, {"max_seconds": 1e9}], ids=lambda one: next(iter(one))
)
def test_retries_without_end(long, limits, on, workers):
    cluster = HOPELESS | {"retry_on": on}
    with pytest.raises(ClusterError, match="2,000 interruptions in a row"):
        simulate(long, "random", workers=workers, cluster=cluster, **limits)


@pytest.mark.usefixtures("soon")
def test_trials_that_fail_and_start_again(long):
    """Without retries, but with replacement: new trials start for ever, and none reports."""
    cluster = {"crashes_per_hour": 3600.0, "retries": 0}
    with pytest.raises(ClusterError):
        simulate(long, "random", cluster=cluster, sampling="with-replacement", max_epochs=5)


@pytest.mark.usefixtures("soon")
def test_windows_without_end(long):
    cluster = {
        "preemption_every_seconds": 10.0,
        "preemption_seconds": 1.0,
        "preemption_share": 1.0,
        "retries": 10**9,
    }
    with pytest.raises(ClusterError):
        simulate(long, "random", cluster=cluster, max_epochs=5)


def test_the_bound_grows_with_the_workers(long, monkeypatch):
    monkeypatch.setattr(patience, "INTERRUPTIONS", 10)
    with pytest.raises(ClusterError) as caught:
        simulate(long, "random", workers=5, cluster=HOPELESS, max_epochs=5)
    assert caught.value.interruptions == 5 * patience.INTERRUPTIONS_A_WORKER


def test_who_gets_anywhere_is_not_stopped(monkeypatch):
    """Many interruptions, but checkpoints that move on, or reports that are counted."""
    monkeypatch.setattr(patience, "INTERRUPTIONS", 40)
    monkeypatch.setattr(patience, "INTERRUPTIONS_A_WORKER", 1)
    epochs = table([list(range(60, 0, -1))] * 3)
    cluster = {"crashes_per_hour": 2000.0, "retries": 10**6}
    for every, limits in ((1, {"max_trials": 3}), (60, {"max_epochs": 60})):
        result = simulate(epochs, "random", cluster=cluster | {"checkpoint_every": every}, **limits)
        retries = sum(record.decision.name == "RETRY" for record in result.log)
        assert retries > 20
        assert result.ended_by in {"budget", "exhausted"}
