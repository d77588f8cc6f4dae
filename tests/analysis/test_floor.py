"""The hindsight bound against brute force, and below every run."""

import numpy as np
import pytest

from simdyhpo.analysis.floor import floor
from simdyhpo.analysis.incumbents import regret_steps
from simdyhpo.runs.front_door import simulate
from simdyhpo.streams import Streams
from simdyhpo.tables.blackboxes import load_blackbox
from tests.making import table


def random_table(mode, seed=0, time="cumulative"):
    """Ragged curves with holes in the values, on times that repeat and differ."""
    draw = Streams(seed).generator("table")
    lengths = draw.integers(1, 7, size=12)
    values = [np.where(draw.random(n) < 0.2, np.nan, draw.random(n)).tolist() for n in lengths]
    steps = [draw.integers(0, 4, size=n) for n in lengths]
    seconds = [(np.cumsum(row) if time == "cumulative" else row).tolist() for row in steps]
    return table(values, seconds, mode=mode, time=time)


def brute_force(of, allowed):
    """Least regret over the cells that `allowed(row, resource)` lets pass; NaN without any."""
    regrets = [
        of.regret(float(of.values[row, resource - 1]))
        for row in range(len(of))
        for resource in range(1, int(of.lengths[row]) + 1)
        if allowed(row, resource) and np.isfinite(of.values[row, resource - 1])
    ]
    return min(regrets, default=np.nan)


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("seed", range(5))
def test_epochs(mode, seed):
    of = random_table(mode, seed)
    points = np.arange(0, 10)
    expected = [brute_force(of, lambda row, resource, e=e: resource <= e) for e in points]
    np.testing.assert_array_equal(floor(of, "epochs").at(points), expected)


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("speed", [1.0, 2.0])
@pytest.mark.parametrize("seed", range(5))
def test_seconds(mode, speed, seed):
    of = random_table(mode, seed)
    points = np.arange(0, 20, 0.5)
    expected = [
        brute_force(of, lambda row, resource, t=t: of.elapsed_ns[row, resource - 1] / 1e9 / speed <= t)
        for t in points
    ]
    found = floor(of, "seconds", least_slowdown=1 / speed)
    np.testing.assert_array_equal(found.at(points), expected)


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("seed", range(5))
def test_fits(mode, seed):
    of = random_table(mode, seed, time="per-fit")
    points = np.arange(0, 20, 0.5)
    expected = [
        brute_force(of, lambda row, resource, t=t: of.elapsed_seconds[row, resource - 1] <= t) for t in points
    ]
    np.testing.assert_array_equal(floor(of, "seconds").at(points), expected)
    # The first fit may be of any size.
    np.testing.assert_array_equal(floor(of, "epochs").at([0, 1, 9]), [np.nan, 0, 0])


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("scheduler", ["random", "asha", "asha-stopping"])
def test_no_run_gets_below(scheduler, workers):
    of = load_blackbox("digits-mlp")
    run = simulate(of, scheduler, workers=workers, max_epochs=200).trajectory
    for axis in ("seconds", "epochs"):
        steps, bound = regret_steps(run, axis), floor(of, axis)
        assert (steps.y >= bound.at(steps.x)).all()


def test_ends_at_zero_and_never_rises():
    for axis in ("epochs", "seconds"):
        bound = floor(load_blackbox("lcbench-covertype"), axis)
        assert bound.y[-1] == 0
        assert (np.diff(bound.y) < 0).all()
        assert (np.diff(bound.x) >= 0).all()
