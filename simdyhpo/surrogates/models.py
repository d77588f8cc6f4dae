"""The Gaussian process models: what their features are, and the prior mean and covariance of these."""

from __future__ import annotations

from typing import Literal, Protocol

import gpytorch
import torch
from torch import nn

from simdyhpo.surrogates.network import FeatureExtractor


class Model(Protocol):
    """A trainable prior over functions of features. Shapes: m rows, f features."""

    def features(self, inputs: torch.Tensor, curves: torch.Tensor) -> torch.Tensor:
        """(m, f) from inputs (m, d + 1), whose last column is the resource's share, and curves (m, R)."""
        ...

    def mean(self, features: torch.Tensor) -> torch.Tensor:
        """Prior mean, (m,)."""
        ...

    def covariance(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """Prior covariance (a, b) of (a, f) with (b, f), without noise."""
        ...

    def variance(self, features: torch.Tensor) -> torch.Tensor:
        """Diagonal of the prior covariance, (m,)."""
        ...

    def noise(self) -> torch.Tensor:
        """Variance of the observation noise, a positive scalar."""
        ...

    def scale(self) -> torch.Tensor:
        """The kernel's overall variance, a positive scalar: the unit of jitter."""
        ...


class DeepKernelGP(gpytorch.models.ExactGP):  # type: ignore[misc]
    """A network's 128 features under a constant mean and a scaled kernel with one lengthscale.

    Source: Wistuba, Kadra, Grabocka (2022), arXiv 2202.09774, and the authors' code.
    """

    def __init__(
        self, inputs: int, *, curve_branch: bool, kernel: Literal["rbf", "matern52"] = "rbf"
    ) -> None:
        """Make the model with random weights.

        Args:
            inputs: number of hyperparameter features.
            curve_branch: whether the network reads learning curves.
            kernel: on the network's features.
        """
        super().__init__(None, None, gpytorch.likelihoods.GaussianLikelihood())
        self.network = FeatureExtractor(inputs, curve_branch=curve_branch)
        self.mean_module = gpytorch.means.ConstantMean()
        self._rbf = kernel == "rbf"
        base = gpytorch.kernels.RBFKernel() if self._rbf else gpytorch.kernels.MaternKernel(nu=2.5)
        self.covar_module = gpytorch.kernels.ScaleKernel(base)

    def forward(self, features: torch.Tensor) -> gpytorch.distributions.MultivariateNormal:
        """GPyTorch's own view of the prior at (m, 128) features."""
        return gpytorch.distributions.MultivariateNormal(
            self.mean_module(features), self.covar_module(features)
        )

    def features(self, inputs: torch.Tensor, curves: torch.Tensor) -> torch.Tensor:
        """The network's output."""
        features: torch.Tensor = self.network(inputs, curves)
        return features

    def mean(self, features: torch.Tensor) -> torch.Tensor:
        """The constant."""
        return torch.broadcast_to(self.mean_module.constant, features.shape[:1])

    def covariance(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """What `covar_module` gives, without its overhead."""
        lengthscale = self.covar_module.base_kernel.lengthscale
        squares = squared_distances(left / lengthscale, right / lengthscale)
        shape = torch.exp(-0.5 * squares) if self._rbf else matern52(squares)
        covariances: torch.Tensor = self.covar_module.outputscale * shape
        return covariances

    def variance(self, features: torch.Tensor) -> torch.Tensor:
        """The kernel's scale everywhere."""
        return torch.broadcast_to(self.covar_module.outputscale, features.shape[:1])

    def noise(self) -> torch.Tensor:
        """The likelihood's."""
        noise: torch.Tensor = self.likelihood.noise.sum()
        return noise

    def scale(self) -> torch.Tensor:
        """The kernel's output scale."""
        scale: torch.Tensor = self.covar_module.outputscale
        return scale


class DecayGP(nn.Module):
    """Matern-5/2 with a lengthscale per hyperparameter, and curves that decay exponentially.

    With kappa(r) = (beta / (r + beta))^alpha and a(x) = gamma - delta m, where m is the constant mean of the
    asymptote, the prior mean is m + a kappa(r), and the covariance of (x, r) and (x', r') is
    k(x, x') (1 - delta (kappa(r) + kappa(r') - delta kappa(r + r')))
    + a a' (kappa(r + r') - kappa(r) kappa(r')).

    Source: Tiao, Klein, Archambeau, Seeger (2020), arXiv 2003.10865, after Swersky, Snoek, Adams (2014),
    arXiv 1406.3896; the resource kernel that Syne Tune's DyHPO uses by default. Resources are in units of the
    largest.
    """

    def __init__(self, inputs: int) -> None:
        """Make the model; `inputs` is the number of hyperparameter features."""
        super().__init__()
        self.covar_module = gpytorch.kernels.ScaleKernel(
            gpytorch.kernels.MaternKernel(nu=2.5, ard_num_dims=inputs)
        )
        self.likelihood = gpytorch.likelihoods.GaussianLikelihood()
        self.constant = nn.Parameter(torch.zeros(()))
        self.raw = nn.Parameter(torch.tensor([1.0, 0.5, 0.5]).log())
        """Logarithms of alpha, of the mean decay rate alpha / beta, and of gamma."""
        self.raw_delta = nn.Parameter(torch.zeros(()))

    def features(self, inputs: torch.Tensor, curves: torch.Tensor) -> torch.Tensor:  # noqa: ARG002
        """The inputs themselves: this model reads no curves."""
        return inputs

    def mean(self, features: torch.Tensor) -> torch.Tensor:
        """The curve's mean at each resource."""
        alpha, beta, slope, _ = self._shape()
        return self.constant + slope * _kappa(features[:, -1], alpha, beta)

    def covariance(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """See the class."""
        alpha, beta, slope, delta = self._shape()
        first, second = left[:, -1:], right[:, -1][None, :]
        one, two = _kappa(first, alpha, beta), _kappa(second, alpha, beta)
        both = _kappa(first + second, alpha, beta)
        asymptotes = self._matern(left[:, :-1], right[:, :-1])
        return asymptotes * (1 - delta * (one + two - delta * both)) + slope * slope * (both - one * two)

    def variance(self, features: torch.Tensor) -> torch.Tensor:
        """The covariance's diagonal."""
        alpha, beta, slope, delta = self._shape()
        one = _kappa(features[:, -1], alpha, beta)
        both = _kappa(2 * features[:, -1], alpha, beta)
        share = 1 - delta * (2 * one - delta * both)
        return self.scale() * share + slope * slope * (both - one * one)

    def noise(self) -> torch.Tensor:
        """The likelihood's."""
        noise: torch.Tensor = self.likelihood.noise.sum()
        return noise

    def scale(self) -> torch.Tensor:
        """The scale of the asymptotes' kernel."""
        scale: torch.Tensor = self.covar_module.outputscale
        return scale

    def _shape(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """alpha, beta, the prefactor gamma - delta m, delta."""
        alpha, rate, gamma = self.raw.clamp(-9.0, 5.0).exp().unbind()
        delta = torch.sigmoid(self.raw_delta)
        return alpha, alpha / rate, gamma - delta * self.constant, delta

    def _matern(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        lengthscales = self.covar_module.base_kernel.lengthscale
        return self.scale() * matern52(squared_distances(left / lengthscales, right / lengthscales))


def squared_distances(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """(a, b) squared Euclidean distances of (a, f) and (b, f), never negative."""
    squares = left.square().sum(dim=1)[:, None] + right.square().sum(dim=1)[None, :]
    return torch.addmm(squares, left, right.T, alpha=-2).clamp_min(0.0)


def matern52(squares: torch.Tensor) -> torch.Tensor:
    """The Matern-5/2 kernel at squared distances in units of the lengthscale."""
    # A distance of exactly 0 has no gradient of its square root.
    distance = (5 * squares).clamp_min(1e-15).sqrt()
    return (1 + distance + distance.square() / 3) * torch.exp(-distance)


def _kappa(resource: torch.Tensor, alpha: torch.Tensor, beta: torch.Tensor) -> torch.Tensor:
    """How much of a curve's way is still ahead: 1 at resource 0, 0 at infinity."""
    return (beta / (resource + beta)) ** alpha
