"""Power laws by networks: the law itself, what an ensemble learns, and when it trains."""

import numpy as np
import pytest
import torch

from simdyhpo.streams import Streams
from simdyhpo.surrogates.power_law import PowerLawSurrogate
from simdyhpo.surrogates.power_law_network import PowerLawNetworks
from simdyhpo.surrogates.settings import PowerLawSettings
from tests.surrogates.conftest import observed

QUICK = {"members": 2, "units": 4, "scratch_steps": 2, "refine_steps": 1, "restart_steps": 3}


def surrogate(**settings):
    return PowerLawSurrogate(PowerLawSettings(**settings), Streams(3))


def every(configurations, resources):
    return [(c, r) for r in range(1, resources + 1) for c in range(configurations)]


def silu(x):
    return x / (1 + np.exp(-x))


def test_a_law_by_hand():
    """Weights of 0 leave the last biases: alpha 0.5, and beta and gamma through x sigmoid(x)."""
    networks = PowerLawNetworks(2, 1, 4, Streams(0).generator("weights"))
    with torch.no_grad():
        for parameter in networks.parameters:
            parameter.zero_()
        networks.parameters[-1][1] = torch.tensor([[0.5, 2.0, 1.0]])
        values = networks.values(torch.ones(2, 1), torch.tensor([0.25, 1.0])).numpy()
    beta, gamma = silu(2.0), silu(1.0)
    np.testing.assert_allclose(values[1], [0.5 + beta * 0.25**-gamma, 0.5 + beta], rtol=1e-5)
    np.testing.assert_array_equal(values[0], [0, 0])


def test_members_differ_and_their_rows_are_their_own():
    networks = PowerLawNetworks(3, 2, 8, Streams(0).generator("weights"))
    rows = torch.rand(3, 5, 2, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        apart, shared = networks.laws(rows), networks.laws(rows[1])
    assert not torch.equal(shared[0], shared[1])
    torch.testing.assert_close(apart[1], shared[1])


def test_recovers_noiseless_power_laws():
    """Five curves seen whole say where three others of the family end, of which three values are known."""
    x = np.linspace(0, 1, 8)
    share = np.arange(1, 21) / 20
    curves = 0.2 + 0.6 * x[:, None] + 0.1 * share[None, :] ** -0.7
    order = [(c, r) for c in range(8) for r in range(1, 4 if c in {1, 3, 5} else 21)]
    made = surrogate(units=32, scratch_updates=1, restart_steps=800, learning_rate=0.005)
    made._updates = len(order) - 1  # one training, from scratch, on all observations
    made.fit(observed(order, curves, x[:, None]))
    mean, deviation = made.predict(np.array([1, 3, 5]), np.full(3, 20))
    assert made.diagnostics() == {"updates": 1, "from_scratch": 1, "failed_updates": 0}
    last = curves[[1, 3, 5], -1]
    assert (curves[[1, 3, 5], 2] - last > 0.2).all()  # that is how much lies ahead of what was seen
    np.testing.assert_allclose(mean, last, atol=0.05)
    assert (deviation > 0).all()
    assert (deviation < 0.1).all()


def test_parameters_follow_from_the_observations_alone(curves, features):
    """Asked after each observation, or once after all of them."""
    order = every(12, 2)
    often, late = surrogate(**QUICK), surrogate(**QUICK)
    where = np.arange(12), np.full(12, 6)
    for count in range(1, len(order) + 1):
        often.fit(observed(order[:count], curves, features))
        one = often.predict(*where)
    late.fit(observed(order, curves, features))
    other = late.predict(*where)
    np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(other, late.predict(*where))
    assert often.diagnostics() == late.diagnostics()


def test_when_it_begins_anew(curves, features):
    """Updates 1 to 3; then when the data has doubled, or after int(0.5 * 6) updates without improvement."""

    def begun(order, **settings):
        made, at = surrogate(**QUICK, scratch_updates=3, **settings), []
        for count in range(1, len(order) + 1):
            before = made.diagnostics()["from_scratch"]
            made.fit(observed(order[:count], curves, features))
            made.predict(np.arange(1), np.ones(1, dtype=np.int64))
            at += [count] * (made.diagnostics()["from_scratch"] - before)
        return at

    assert begun(every(12, 2), patience=100) == [1, 2, 3, 6, 12, 24]
    worse = [(4, 6), *[(c, 1) for c in range(12)]]
    assert begun(worse, patience=0.5, scratch_growth=100) == [1, 2, 3, 4, 7, 10, 13]


def test_what_a_batch_holds():
    made = surrogate(batch=8)
    few = made._batches(5, 3, newest=True)
    np.testing.assert_array_equal(few, np.broadcast_to(np.arange(5), (3, 5, 5)))
    many = made._batches(100, 3, newest=True)
    assert many.shape == (3, 5, 8)
    assert (many[..., 0] == 99).all()
    assert len(np.unique(many[0, :, 1:])) > 20  # members draw on their own
    assert (made._batches(100, 3, newest=False)[..., 0] != 99).any()


def test_parameters_that_are_not_finite_are_replaced(curves, features):
    made = surrogate(**QUICK)
    made.fit(observed(every(12, 1), curves, features))
    made.predict(np.arange(2), np.full(2, 6))
    made._networks.parameters[0].data[:] = float("nan")
    made.fit(observed([*every(12, 1), (0, 2)], curves, features))
    mean, deviation = made.predict(np.arange(2), np.full(2, 6))
    assert made.diagnostics()["failed_updates"] == 1
    assert np.isfinite(mean).all()
    assert np.isfinite(deviation).all()


@pytest.mark.parametrize("value", [0.0, 1e20])
def test_extreme_values(features, value):
    """Constant curves, and one value far on the bad side."""
    curves = np.zeros((12, 6))
    curves[3] = value
    made = surrogate(**QUICK)
    made.fit(observed(every(12, 2), curves, features))
    mean, deviation = made.predict(np.arange(12), np.full(12, 6))
    assert np.isfinite(mean).all()
    assert np.isfinite(deviation).all()
