"""The models' covariances against GPyTorch's and against plain formulas; the likelihood and its gradient."""

import copy

import gpytorch
import numpy as np
import pytest
import torch

from simdyhpo.surrogates.deep_gradient import DeepKernelGradient
from simdyhpo.surrogates.marginal_likelihood import negative_log_likelihood
from simdyhpo.surrogates.models import DecayGP, DeepKernelGP
from simdyhpo.surrogates.training import train

DIMENSIONS, RESOURCES, ROWS = 3, 5, 12


@pytest.fixture
def data():
    generator = torch.Generator().manual_seed(1)
    inputs = torch.rand(ROWS, DIMENSIONS + 1, generator=generator, dtype=torch.float64)
    curves = torch.rand(ROWS, RESOURCES, generator=generator, dtype=torch.float64)
    targets = torch.randn(ROWS, generator=generator, dtype=torch.float64)
    return inputs, curves, targets


def make(kind):
    torch.manual_seed(0)
    if kind == "decay":
        return DecayGP(DIMENSIONS).double()
    kernel = "matern52" if kind == "matern" else "rbf"
    return DeepKernelGP(DIMENSIONS, curve_branch=kind != "no curve", kernel=kernel).double()


class Prior:
    """Mean, covariance and variance of features."""

    def __init__(self, model, features):
        prior = model.prior()
        embedded = prior.embedded(features)
        self.mean, self.variance = prior.mean(embedded), prior.variance(embedded)
        self.covariance = prior.covariance(embedded, embedded)


KINDS = ("curve", "no curve", "matern", "decay")


@pytest.mark.parametrize("kind", ["curve", "matern"])
def test_deep_kernel_equals_gpytorchs(kind, data):
    model = make(kind).eval()
    with torch.no_grad():
        features = model.features(*data[:2])
        prior = model.forward(features)
        ours = Prior(model, features)
        torch.testing.assert_close(ours.covariance, prior.covariance_matrix)
        torch.testing.assert_close(ours.mean, prior.mean)
        torch.testing.assert_close(ours.variance, prior.variance)


def test_without_the_branch_curves_change_nothing(data):
    inputs, curves, _ = data
    model = make("no curve").eval()
    torch.testing.assert_close(model.features(inputs, curves), model.features(inputs, 0 * curves))
    with_branch = make("curve").eval()
    assert not torch.allclose(with_branch.features(inputs, curves), with_branch.features(inputs, 0 * curves))


def test_decay_kernel_is_the_stated_formula(data):
    model = make("decay").eval()
    x = data[0].numpy()
    with torch.no_grad():
        model.raw_lengths.copy_(torch.tensor([-0.5, 0.2, 0.9]))
        theirs = gpytorch.kernels.MaternKernel(nu=2.5, ard_num_dims=DIMENSIONS).double()
        theirs.lengthscale = model.lengthscales()
        prior = Prior(model, data[0])
        found, means = prior.covariance.numpy(), prior.mean.numpy()
        matern = (model.scale() * theirs(data[0][:, :-1]).to_dense()).numpy()
        m = float(model.constant)
        alpha, rate, gamma = model.raw.exp().tolist()
        delta = float(torch.sigmoid(model.raw_delta))

    def kappa(resource):
        beta = alpha / rate
        return (beta / (resource + beta)) ** alpha

    for i in range(ROWS):
        r = x[i, -1]
        assert means[i] == pytest.approx(m + (gamma - delta * m) * kappa(r))
        for j in range(ROWS):
            s = x[j, -1]
            shared = 1 - delta * (kappa(r) + kappa(s) - delta * kappa(r + s))
            spread = (gamma - delta * m) ** 2 * (kappa(r + s) - kappa(r) * kappa(s))
            assert found[i, j] == pytest.approx(matern[i, j] * shared + spread, rel=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_variance_is_the_covariances_diagonal(kind, data):
    model = make(kind).eval()
    with torch.no_grad():
        prior = Prior(model, model.features(*data[:2]))
        torch.testing.assert_close(prior.variance, prior.covariance.diagonal(), rtol=1e-6, atol=1e-6)
        assert np.linalg.eigvalsh(prior.covariance.numpy()).min() > -1e-6


@pytest.mark.parametrize("kind", KINDS)
def test_gradient_equals_autograds(kind, data):
    inputs, curves, targets = data
    model = make(kind).train()
    loss, likelihood = negative_log_likelihood(model, model.features(inputs, curves), targets, 1e-6)
    loss.backward()
    closed = {name: parameter.grad.clone() for name, parameter in model.named_parameters()}
    model.zero_grad()
    prior = Prior(model, model.features(inputs, curves))
    noise = model.noise() + 1e-6 * model.scale()
    matrix = prior.covariance + noise * torch.eye(ROWS, dtype=torch.float64)
    normal = torch.distributions.MultivariateNormal(prior.mean, matrix)
    direct = -normal.log_prob(targets) / ROWS
    direct.backward()
    assert likelihood == pytest.approx(direct.item())
    for name, parameter in model.named_parameters():
        torch.testing.assert_close(closed[name], parameter.grad, rtol=1e-6, atol=1e-8, msg=name)


@pytest.mark.parametrize("kind", ["curve", "no curve", "matern"])
def test_gradient_by_hand_equals_autograds(kind, data):
    """And moves batch normalisation's running moments as much."""
    inputs, curves, targets = data
    curves[:5, 1:] = 0.0  # equal windows
    model = make(kind).train()
    other = copy.deepcopy(model)
    loss, likelihood = negative_log_likelihood(model, model.features(inputs, curves), targets, 1e-6)
    loss.backward()
    with torch.no_grad():
        by_hand = DeepKernelGradient(other, inputs, curves, targets, 1e-6)
        assert by_hand() == pytest.approx(likelihood)
    expected = torch.cat([parameter.grad.reshape(-1) for parameter in model.parameters()])
    torch.testing.assert_close(by_hand.gradient, expected, rtol=1e-7, atol=1e-12)
    for name, value in model.state_dict().items():
        torch.testing.assert_close(other.state_dict()[name], value, msg=name)


def test_likelihood_equals_gpytorchs(data):
    inputs, curves, targets = data
    model = make("curve").train()
    features = model.features(inputs, curves).detach()
    _, ours = negative_log_likelihood(model, features, targets, 0.0)
    model.set_train_data(features, targets, strict=False)
    theirs = gpytorch.mlls.ExactMarginalLogLikelihood(model.likelihood, model)(model(features), targets)
    assert ours == pytest.approx(-theirs.item(), rel=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_training_raises_the_likelihood(kind, data):
    inputs, curves, targets = data
    model = make(kind)

    def likelihood():
        with torch.no_grad():
            model.train()
            return negative_log_likelihood(model, model.features(inputs, curves), targets, 1e-6)[1]

    before = likelihood()
    assert train(model, inputs, curves, targets, learning_rate=0.01, steps=30, jitter=1e-6)
    assert not model.training
    assert likelihood() < before


def test_failed_training_leaves_the_parameters(data):
    inputs, curves, targets = data
    model = make("curve")
    before = {name: value.clone() for name, value in model.state_dict().items()}
    assert not train(model, inputs, curves, targets * float("nan"), learning_rate=0.01, steps=3, jitter=1e-6)
    for name, value in model.state_dict().items():
        torch.testing.assert_close(value, before[name], msg=name)
