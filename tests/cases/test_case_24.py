"""With replacement a configuration is paused and offered anew at once: each candidate has its own level."""

import numpy as np
import pytest

pytest.importorskip("torch")
import torch

from simdyhpo import load_blackbox, simulate
from simdyhpo.searchers.dynamic import DynamicHPOSearcher


def exact(searcher, configurations, resources):
    """Mean and deviation of each candidate at its own resource, none of them kept from before."""
    surrogate, observed = searcher._surrogate, searcher._surrogate._observations
    with torch.no_grad():
        queries = surrogate._queries(observed, configurations, resources)
        mean, variance = surrogate._posterior.predict_at(queries)
        centre, scale = surrogate._scaling.centre, surrogate._scaling.scale
        return (centre + scale * mean).numpy(), (scale * variance.sqrt()).numpy()


@pytest.mark.parametrize("sampling", ["without-replacement", "with-replacement"])
def test_every_candidate_is_predicted_at_its_level(monkeypatch, sampling):
    calls, twice, right = [], [], DynamicHPOSearcher._scores

    def compared(searcher, configurations, levels):
        mean, deviation, scores = right(searcher, configurations, levels)
        expected = exact(searcher, configurations, searcher._targets(levels))
        np.testing.assert_allclose(mean, expected[0], atol=1e-6)
        np.testing.assert_allclose(deviation, expected[1], atol=1e-6)
        calls.append(int(np.argmax(scores)))
        twice.append(len(np.unique(configurations)) < len(configurations))
        return mean, deviation, scores

    monkeypatch.setattr(DynamicHPOSearcher, "_scores", compared)
    simulate(load_blackbox("digits-mlp"), "dyhpo", workers=4, max_epochs=90, sampling=sampling)
    assert len(calls) > 50
    assert all(twice) if sampling == "with-replacement" else not any(twice)
