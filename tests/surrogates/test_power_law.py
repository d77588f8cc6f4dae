"""Power laws by networks: the law itself, what an ensemble learns, and when it trains."""

import numpy as np
import pytest
import torch
from torch.nn.functional import leaky_relu
from torch.nn.functional import silu as torch_silu

from simdyhpo.streams import Streams
from simdyhpo.surrogates.power_law import PowerLawSurrogate
from simdyhpo.surrogates.power_law_gradient import PowerLawGradient, shared
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


def plain_values(parameters, features, logarithms):
    """A law of each row, layer by layer, as the paper writes it."""
    first, first_bias, second, second_bias, last, last_bias = parameters
    hidden = leaky_relu(torch.baddbmm(first_bias, features, first))
    hidden = leaky_relu(torch.baddbmm(second_bias, hidden, second))
    alpha, beta, gamma = torch.baddbmm(last_bias, hidden, last.mT).unbind(dim=-1)
    beta, gamma = torch_silu(beta), torch_silu(gamma)
    return alpha + beta * (-gamma * logarithms).clamp(max=20).exp()


def test_batches_name_each_configuration_once():
    draw = Streams(0).generator("tests")
    configurations = draw.integers(9, size=(4, 3, 12))
    each, places = shared(configurations)
    np.testing.assert_array_equal(np.take_along_axis(each, places, axis=-1), configurations)
    for batch, named in zip(configurations.reshape(-1, 12), each.reshape(12, -1), strict=True):
        known = np.unique(batch)
        np.testing.assert_array_equal(named[: len(known)], known)
        assert set(named[len(known) :]) <= {known[-1]}
    assert each.shape[-1] == max(len(np.unique(batch)) for batch in configurations.reshape(-1, 12))


@pytest.mark.parametrize("steep", [1.0, 40.0], ids=["usual", "clamped"])
def test_the_gradient_is_that_of_automatic_differentiation(steep):
    draw = Streams(0).generator("tests")
    networks = PowerLawNetworks(3, 2, 8, draw)
    networks.parameters[-1][..., 2] += steep  # some exponents leave what can be computed
    features = torch.from_numpy(draw.random((9, 2))).float()
    configurations, shares = draw.integers(9, size=40), torch.from_numpy(draw.random(40)).float()
    targets, rows = torch.from_numpy(draw.standard_normal(40)).float(), draw.integers(40, size=(2, 3, 16))
    slopes = [torch.zeros_like(one) for one in networks.parameters]
    gradient = PowerLawGradient(networks.parameters, slopes, *shared(configurations[rows]), features)
    batch = torch.from_numpy(rows[1])
    gradient(1, shares.log()[batch].flatten(), targets[batch].flatten())

    parameters = [one.double().clone().requires_grad_() for one in networks.parameters]
    chosen = features[torch.from_numpy(configurations)[batch]].double()
    values = plain_values(parameters, chosen, shares[batch].log().double())
    (values - targets[batch]).abs().mean(dim=1).sum().backward()
    for ours, parameter in zip(slopes, parameters, strict=True):
        scale = float(parameter.grad.abs().max())
        assert scale > 0
        torch.testing.assert_close(ours.double(), parameter.grad, rtol=1e-5, atol=1e-6 * scale)


def test_training_is_that_of_torch():
    """Gradients of torch's, and its Adam, member by member, from the same weights."""
    draw = Streams(0).generator("tests")
    networks = PowerLawNetworks(2, 2, 8, draw)
    before = [one.clone() for one in networks.parameters]
    features = torch.from_numpy(draw.random((9, 2))).float()
    configurations, shares = draw.integers(9, size=40), torch.from_numpy(draw.random(40)).float()
    targets, rows = torch.from_numpy(draw.standard_normal(40)).float(), draw.integers(40, size=(20, 2, 16))
    with torch.no_grad():
        assert networks.train(features, configurations, shares, targets, rows, 0.01)
    for member in range(2):
        parameters = [one[member : member + 1].double().requires_grad_() for one in before]
        optimiser = torch.optim.Adam(parameters, lr=0.01)
        for batch in torch.from_numpy(rows[:, member]):
            optimiser.zero_grad()
            chosen = features[torch.from_numpy(configurations)[batch]].double()[None]
            values = plain_values(parameters, chosen, shares[batch].log().double())
            (values - targets[batch]).abs().mean().backward()
            optimiser.step()
        for ours, theirs in zip(networks.parameters, parameters, strict=True):
            torch.testing.assert_close(ours[member].double(), theirs[0].detach(), rtol=1e-3, atol=1e-4)
            assert not torch.equal(theirs, torch.zeros_like(theirs))


def test_many_rows_are_what_few_are():
    """They go through the networks in parts."""
    networks = PowerLawNetworks(2, 2, 8, Streams(0).generator("weights"))
    rows = torch.rand(700, 2, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        laws = networks.laws(rows)
        assert laws.shape == (2, 700, 3)
        torch.testing.assert_close(laws[:, 300:310], networks.laws(rows[300:310]))


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
