"""Decisions between candidates whose expected improvement is 0 to the last digit: the largest wins.

So sure a model is only late in a long run; here its deviations are divided by 300, and it is at once.
"""

import numpy as np
import pytest

pytest.importorskip("torch")

from simdyhpo import load_blackbox, simulate
from simdyhpo.searchers.dynamic import DynamicHPOSearcher
from simdyhpo.surrogates.gaussian_process import DeepKernelSurrogate


def test_the_largest_wins_however_small(monkeypatch):
    vanished, right = [], DynamicHPOSearcher._scores

    def seen(searcher, configurations, levels):
        mean, deviation, scores = right(searcher, configurations, levels)
        assert np.isfinite(scores[deviation > 0]).all()
        if scores.max() < np.log(np.finfo(float).smallest_subnormal):
            vanished.append(len(np.unique(scores)) / len(np.unique(np.stack([mean, deviation]), axis=1).T))
        return mean, deviation, scores

    def certain(surrogate, configurations, resources):
        mean, deviation = predict(surrogate, configurations, resources)
        return mean, deviation / 300

    predict = DeepKernelSurrogate.predict
    monkeypatch.setattr(DynamicHPOSearcher, "_scores", seen)
    monkeypatch.setattr(DeepKernelSurrogate, "predict", certain)
    table = load_blackbox("digits-mlp")
    options = {"safeguard": False, "probability_sh": 0.0}
    decisions = simulate(table, "dyhpo", max_epochs=60, options=options).decisions
    assert vanished, "the run has such decisions"
    assert min(vanished) > 0.9, "nearly every candidate that differs has a score of its own"
    scored = decisions[decisions["score"].notna() & decisions["runner_up"].notna()]
    assert (scored["score"] >= scored["runner_up"]).all()
