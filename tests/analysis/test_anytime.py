"""Means of step functions of very many runs; of few, see test_statistics.py."""

import numpy as np

from simdyhpo.analysis import anytime
from simdyhpo.analysis.anytime import mean_steps
from simdyhpo.analysis.steps import Steps


def test_very_many_runs_are_looked_at_in_fewer_places_and_exactly_there(monkeypatch):
    generator = np.random.Generator(np.random.PCG64(2))
    runs = [
        Steps(np.sort(generator.uniform(size=5)), np.sort(generator.uniform(size=5))[::-1]) for _ in range(40)
    ]
    whole = mean_steps(runs)
    assert len(whole.x) == 200
    monkeypatch.setattr(anytime, "_FEWEST", 30)
    monkeypatch.setattr(anytime, "_VALUES", 30 * 40)
    assert len(mean_steps(runs).x) == 200  # 40 are not many
    monkeypatch.setattr(anytime, "_MANY", 39)
    few = mean_steps(runs)
    assert len(few.x) == 30
    assert (few.x[0], few.x[-1]) == (whole.x[0], whole.x[-1])
    at = np.searchsorted(whole.x, few.x)
    for name in ("mean", "low", "high"):
        np.testing.assert_allclose(getattr(few.interval, name), getattr(whole.interval, name)[at], rtol=1e-12)
