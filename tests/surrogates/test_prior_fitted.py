"""FT-PFN's adapter on a network of its kind with random weights: the published weights don't travel."""

import numpy as np
import pytest
import torch

from simdyhpo import simulate
from simdyhpo.errors import OptionError, SimdyhpoError
from simdyhpo.streams import Streams
from simdyhpo.surrogates.prior_fitted import PriorFittedSurrogate
from simdyhpo.surrogates.settings import PriorFittedSettings
from simdyhpo.testing.tables import noisy
from tests.surrogates.conftest import observed


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A small transformer of the package's own parts: id, share and ten features in, 50 bars out."""
    pytest.importorskip("ifbo", reason="needs the package 'ifbo' (the extra of that name)")
    from ifbo import BarDistribution
    from ifbo.encoders import Linear, VariableNumFeaturesEncoder
    from ifbo.transformer import TransformerModel

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = TransformerModel(
            encoder=VariableNumFeaturesEncoder(Linear(12, 16), 12),
            y_encoder=Linear(1, 16),
            ninp=16,
            nhead=2,
            nhid=32,
            nlayers=2,
            decoder_dict={"standard": (None, 50)},
        )
        for layer in model.transformer_encoder.layers:  # they begin as the identity: then no row sees another
            torch.nn.init.normal_(layer.linear2.weight, std=0.3)
            torch.nn.init.normal_(layer.self_attn.out_proj.weight, std=0.3)
    model.criterion = BarDistribution(torch.linspace(0, 1, 51))
    path = tmp_path_factory.mktemp("ft-pfn") / "random.pt"
    torch.save(model, path)
    return str(path)


def surrogate(weights):
    return PriorFittedSurrogate(PriorFittedSettings(weights=weights), Streams(0))


def test_predictions_are_in_the_metric_s_unit(weights, curves, features):
    """Means lie within the range, and chances grow from 0 to 1 as the threshold rises."""
    made = surrogate(weights)
    made.fit(observed([(c, 1) for c in range(6)] + [(0, 2), (0, 3)], curves, features))
    where = np.arange(12), np.full(12, 6)
    mean, deviation = made.predict(*where)
    assert (mean > 0).all()
    assert (mean < 2).all()
    assert (deviation > 0).all()
    low, middle, high = (np.exp(made.predict_below(*where, t)[2]) for t in (-5.0, float(mean.mean()), 5.0))
    assert (low < 1e-6).all()
    assert (middle > 0.2).all()
    assert (middle < 0.8).all()
    np.testing.assert_allclose(high, 1, rtol=1e-6)


def test_what_was_observed_matters(weights, curves, features):
    one, other = surrogate(weights), surrogate(weights)
    order = [(c, 1) for c in range(6)]
    one.fit(observed(order, curves, features))
    other.fit(observed(order, curves[::-1], features))
    assert not np.allclose(
        one.predict(np.arange(12), np.full(12, 6)), other.predict(np.arange(12), np.full(12, 6))
    )


def test_rows_of_the_context(weights, curves, features):
    """Curves are numbered as they were first seen; beyond the limit, the first drop out."""
    given = observed([(4, 1), (2, 1), (4, 2)], curves, features)
    rows, number = PriorFittedSurrogate._context(given)
    assert rows.tolist() == [0, 1, 2]
    assert (number[4], number[2], number.sum()) == (1, 2, 3)
    many = observed([(c, 1) for c in range(1002)], np.ones((1002, 1)), np.zeros((1002, 1)))
    rows, number = PriorFittedSurrogate._context(many)
    assert rows.tolist() == list(range(2, 1002))
    assert number[[0, 1, 2, 1001]].tolist() == [0, 0, 1, 1000]


def test_too_many_features(weights, curves):
    with pytest.raises(SimdyhpoError, match=r"at most 10 features .* this table has 11"):
        surrogate(weights).fit(observed([(0, 1)], curves, np.zeros((12, 11))))


@pytest.mark.parametrize("workers", [1, 4])
def test_a_whole_run(weights, workers):
    options = {"weights": weights, "candidates": 10}
    one, two = (
        simulate(noisy(), "ifbo", workers=workers, seed=1, max_epochs=40, options=options) for _ in range(2)
    )
    assert one.decisions.equals(two.decisions)
    assert one.decisions["score"].notna().sum() > 30
    assert (one.decisions["score"].dropna() <= 0).all()
    assert one.diagnostics["predictions"] > 30


@pytest.mark.parametrize("given", ["none", "missing", "torn", "else"])
def test_weights_that_cannot_be_used(weights, tmp_path, given):
    path = tmp_path / "weights.pt"
    if given == "torn":
        path.write_bytes(b"no weights")
    elif given == "else":
        torch.save({"a": 1}, path)
    said = {
        "none": "give the path of the unpacked file",
        "missing": "there is no such file",
        "torn": "can't be loaded",
        "else": "holds no FT-PFN model",
    }
    options = {} if given == "none" else {"weights": str(path)}
    with pytest.raises(OptionError, match=said[given]):
        simulate(noisy(), "ifbo", max_epochs=5, options=options)


def test_without_the_package(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SimdyhpoError, match=r"needs the package 'ifbo': pip install 'simdyhpo\[ifbo\]'"):
        surrogate(None)
