"""Means and bootstrap intervals: known cases, and their laws."""

import itertools

import numpy as np

from simdyhpo.analysis import statistics
from simdyhpo.analysis.anytime import mean_steps
from simdyhpo.analysis.statistics import bootstrap_mean
from simdyhpo.analysis.steps import Steps
from simdyhpo.streams import Streams


def test_interval_of_three_runs_matches_all_27_resamples():
    runs = np.array([0.0, 1.0, 5.0])
    means = [np.mean(drawn) for drawn in itertools.product(runs, repeat=3)]
    interval = bootstrap_mean(runs[:, None], confidence=0.8, resamples=20_000)
    assert interval.mean[0] == 2
    # The exact distribution is discrete, with its 10 % and 90 % points inside a step.
    assert interval.low[0] == np.quantile(means, 0.1)
    np.testing.assert_allclose(interval.high[0], np.quantile(means, 0.9))


def test_large_sample_gives_the_normal_interval():
    runs = Streams(7).generator("normal").normal(3.0, 2.0, size=(400, 1))
    interval = bootstrap_mean(runs, resamples=4000)
    error = 1.96 * runs.std() / 20
    np.testing.assert_allclose(interval.low[0], runs.mean() - error, atol=0.02)
    np.testing.assert_allclose(interval.high[0], runs.mean() + error, atol=0.02)


def test_same_numbers_each_time_and_point_by_point():
    runs = Streams(1).generator("runs").random((5, 40))
    whole, again = bootstrap_mean(runs), bootstrap_mean(runs)
    assert whole.low.tobytes() == again.low.tobytes()
    assert whole.high.tobytes() == again.high.tobytes()
    alone = bootstrap_mean(runs[:, 17:18])
    np.testing.assert_allclose(alone.low[0], whole.low[17])
    assert bootstrap_mean(runs, seed=1).low.tobytes() != whole.low.tobytes()


def test_one_run_has_no_interval():
    interval = bootstrap_mean([[1.0, 2.0]])
    assert interval.mean.tolist() == [1, 2]
    assert np.isnan(interval.low).all()
    assert np.isnan(interval.high).all()


def test_missing_value_makes_that_point_missing():
    interval = bootstrap_mean([[np.nan, 1.0], [2.0, 3.0]])
    np.testing.assert_array_equal(interval.mean, [np.nan, 2])
    np.testing.assert_array_equal(interval.low, [np.nan, 1])
    np.testing.assert_array_equal(interval.high, [np.nan, 3])


def test_mean_steps_is_exact_at_every_step():
    first = Steps(np.array([1.0, 4.0]), np.array([8.0, 2.0]))
    second = Steps(np.array([2.0, 3.0, 6.0]), np.array([6.0, 4.0, 0.0]))
    mean = mean_steps([first, second])
    # Who has not begun counts as 1; the first keeps its last value after its end.
    assert mean.x.tolist() == [1, 2, 3, 4, 6]
    assert mean.interval.mean.tolist() == [4.5, 7, 6, 3, 1]
    assert mean.interval.runs == 2


def test_a_bootstrap_in_pieces_draws_the_same(monkeypatch):
    values = np.random.Generator(np.random.PCG64(5)).normal(size=(7, 3))
    whole = bootstrap_mean(values, resamples=100)
    for most in (1, 7 * 33, 7 * 99, 7 * 100):
        monkeypatch.setattr(statistics, "_DRAWS", most)
        statistics._drawn_counts.cache_clear()
        pieces = bootstrap_mean(values, resamples=100)
        np.testing.assert_allclose([pieces.low, pieces.high], [whole.low, whole.high], rtol=1e-12)
