"""The Gaussian process models: what their parameters and features are."""

from __future__ import annotations

from typing import Literal, Protocol

import gpytorch
import torch
from torch import nn
from torch.nn import functional

from simdyhpo.surrogates.network import FeatureExtractor
from simdyhpo.surrogates.priors import DecayPrior, DeepPrior, Prior

LEAST_RAW, MOST_RAW = -9.0, 5.0
"""Between these the logarithms that `DecayGP` learns are kept."""
LEAST_NOISE = float(torch.tensor(1e-4))
"""GPyTorch's, and in single precision, as it has it."""


class Model(Protocol):
    """A trainable prior over functions of features. Shapes: m rows, f features."""

    def features(self, inputs: torch.Tensor, curves: torch.Tensor) -> torch.Tensor:
        """(m, f) from inputs (m, d + 1), whose last column is the resource's share, and curves (m, R)."""
        ...

    def prior(self) -> Prior:
        """Mean and covariance under the present parameters."""
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
        self.rbf = kernel == "rbf"
        base = gpytorch.kernels.RBFKernel() if self.rbf else gpytorch.kernels.MaternKernel(nu=2.5)
        self.covar_module = gpytorch.kernels.ScaleKernel(base)

    def noise(self) -> torch.Tensor:
        """The likelihood's."""
        noise: torch.Tensor = self.likelihood.noise.sum()
        return noise

    def scale(self) -> torch.Tensor:
        """The kernel's output scale."""
        scale: torch.Tensor = self.covar_module.outputscale
        return scale

    def forward(self, features: torch.Tensor) -> gpytorch.distributions.MultivariateNormal:
        """GPyTorch's own view of the prior at (m, 128) features."""
        return gpytorch.distributions.MultivariateNormal(
            self.mean_module(features), self.covar_module(features)
        )

    def features(self, inputs: torch.Tensor, curves: torch.Tensor) -> torch.Tensor:
        """The network's output."""
        features: torch.Tensor = self.network(inputs, curves)
        return features

    def prior(self) -> DeepPrior:
        """What `covar_module` gives, without its overhead."""
        module = self.covar_module
        return DeepPrior(
            constant=self.mean_module.constant,
            scale=module.outputscale,
            lengthscale=module.base_kernel.lengthscale,
            rbf=self.rbf,
        )


class _Matern(nn.Module):
    """A constant mean, and a scaled Matern-5/2 kernel with a lengthscale per hyperparameter, beside noise.

    What must be positive is the softplus of a parameter that begins at 0, as in GPyTorch, whose own kernels
    load a computer algebra when the first is made: seconds of every process.
    """

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.raw_noise = nn.Parameter(torch.zeros(()))
        self.raw_scale = nn.Parameter(torch.zeros(()))
        self.raw_lengths = nn.Parameter(torch.zeros(inputs))
        self.constant = nn.Parameter(torch.zeros(()))

    def noise(self) -> torch.Tensor:
        """Variance of the observation noise."""
        return functional.softplus(self.raw_noise) + LEAST_NOISE

    def scale(self) -> torch.Tensor:
        """The kernel's variance."""
        return functional.softplus(self.raw_scale)

    def lengthscales(self) -> torch.Tensor:
        """(d,)."""
        return functional.softplus(self.raw_lengths)


class MaternGP(_Matern):
    """Of values at one resource."""

    def features(self, inputs: torch.Tensor, curves: torch.Tensor) -> torch.Tensor:  # noqa: ARG002
        """The hyperparameters: the resource is always the same."""
        return inputs[:, :-1]

    def prior(self) -> DeepPrior:
        """See the class."""
        return DeepPrior(
            constant=self.constant, scale=self.scale(), lengthscale=self.lengthscales(), rbf=False
        )


class DecayGP(_Matern):
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
        super().__init__(inputs)
        self.raw = nn.Parameter(torch.tensor([1.0, 0.5, 0.5]).log())
        """Logarithms of alpha, of the mean decay rate alpha / beta, and of gamma."""
        self.raw_delta = nn.Parameter(torch.zeros(()))

    def features(self, inputs: torch.Tensor, curves: torch.Tensor) -> torch.Tensor:  # noqa: ARG002
        """The inputs themselves: this model reads no curves."""
        return inputs

    def prior(self) -> DecayPrior:
        """See the class."""
        alpha, rate, gamma = self.raw.clamp(LEAST_RAW, MOST_RAW).exp().unbind()
        delta = torch.sigmoid(self.raw_delta)
        return DecayPrior(
            constant=self.constant,
            scale=self.scale(),
            lengthscales=self.lengthscales(),
            alpha=alpha,
            beta=alpha / rate,
            slope=gamma - delta * self.constant,
            delta=delta,
        )
