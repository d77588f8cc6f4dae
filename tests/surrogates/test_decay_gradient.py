"""The gradient by hand is that of automatic differentiation."""

import copy

import pytest
import torch

from simdyhpo.surrogates.algebra import SCIPYS
from simdyhpo.surrogates.decay_gradient import DecayGradient
from simdyhpo.surrogates.marginal_likelihood import negative_log_likelihood
from simdyhpo.surrogates.models import LEAST_RAW, MOST_RAW, DecayGP
from simdyhpo.surrogates.training import descend, train

LARGEST, ROWS, JITTER = 7, 30, 1e-6


@pytest.fixture
def model():
    """With parameters that are all unlike each other, and unlike their initial values."""
    made = DecayGP(3).double()
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for one in made.parameters():
            one.add_(torch.randn(one.shape, generator=generator, dtype=torch.float64), alpha=0.4)
    return made


@pytest.fixture
def data():
    """Some rows are of one configuration, and some are equal: their distance is 0."""
    generator = torch.Generator().manual_seed(1)
    features = torch.rand(9, 3, generator=generator, dtype=torch.float64)
    features = features[torch.randint(9, (ROWS,), generator=generator)]
    resources = torch.randint(1, LARGEST + 1, (ROWS,), generator=generator)
    return features, resources, torch.randn(ROWS, generator=generator, dtype=torch.float64)


def plain_gradient(model, features, resources, targets):
    inputs = torch.cat([features, resources[:, None].double() / LARGEST], dim=1)
    model.zero_grad()
    loss, likelihood = negative_log_likelihood(model, inputs, targets, JITTER)
    loss.backward()
    return likelihood, {name: one.grad for name, one in model.named_parameters()}


def compare(model, data):
    likelihood, expected = plain_gradient(model, *data)
    with torch.no_grad():
        features, resources, targets = data
        gradient = DecayGradient(model, features, resources, LARGEST, targets, JITTER, SCIPYS)
        assert gradient() == pytest.approx(likelihood, rel=1e-10)
    found = gradient._views(gradient.parameters[0].grad)
    assert found.keys() == expected.keys()
    for name, one in expected.items():
        torch.testing.assert_close(found[name], one, rtol=1e-8, atol=1e-10, msg=name)
    return expected


def test_in_every_parameter(model, data):
    for name, one in compare(model, data).items():
        assert (one != 0).all(), name


def test_where_a_parameter_has_left_its_bounds(model, data):
    with torch.no_grad():
        model.raw[0], model.raw[2] = LEAST_RAW - 1, MOST_RAW + 1
    assert compare(model, data)["raw"].tolist()[::2] == [0.0, 0.0]


def test_a_refit_takes_the_same_steps(model, data):
    features, resources, targets = data
    other = copy.deepcopy(model)
    inputs = torch.cat([features, resources[:, None].double() / LARGEST], dim=1)
    assert train(other, inputs, features[:, :0], targets, learning_rate=0.05, steps=5, jitter=JITTER)
    gradient = DecayGradient(model, features, resources, LARGEST, targets, JITTER, SCIPYS)
    before = copy.deepcopy(model.state_dict())
    assert descend(model, gradient, 0.05, 5)
    for (name, one), theirs in zip(model.named_parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(one, theirs, rtol=1e-8, atol=1e-10, msg=name)
        assert not torch.equal(one, before[name])


def test_targets_that_are_too_large_leave_the_parameters(model, data):
    features, resources, targets = data
    before = copy.deepcopy(model.state_dict())
    gradient = DecayGradient(model, features, resources, LARGEST, targets * 1e200, JITTER, SCIPYS)
    assert not descend(model, gradient, 0.05, 2)
    for name, one in model.state_dict().items():
        assert torch.equal(one, before[name])
