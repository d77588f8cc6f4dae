"""The deep-kernel Gaussian process as a GPyTorch model, and its marginal likelihood with a closed-form gradient."""

from __future__ import annotations

import math

import gpytorch
import torch

from simdyhpo.surrogates.network import FeatureExtractor


class DeepKernelGP(gpytorch.models.ExactGP):  # type: ignore[misc]
    """Constant mean and a scaled RBF kernel, one lengthscale for all features of the network.

    Source: Wistuba, Kadra, Grabocka (2022), arXiv 2202.09774, and the authors' code.
    """

    def __init__(self, inputs: int, *, curve_branch: bool) -> None:
        """Make the model with random weights.

        Args:
            inputs: number of hyperparameter features.
            curve_branch: whether the network reads learning curves.
        """
        super().__init__(None, None, gpytorch.likelihoods.GaussianLikelihood())
        self.network = FeatureExtractor(inputs, curve_branch=curve_branch)
        self.mean_module = gpytorch.means.ConstantMean()
        self.covar_module = gpytorch.kernels.ScaleKernel(gpytorch.kernels.RBFKernel())

    def forward(self, features: torch.Tensor) -> gpytorch.distributions.MultivariateNormal:
        """The prior at (m, 128) features."""
        return gpytorch.distributions.MultivariateNormal(
            self.mean_module(features), self.covar_module(features)
        )

    def covariance(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """Kernel values of (a, f) against (b, f) features, (a, b): `covar_module`, without its overhead."""
        lengthscale = self.covar_module.base_kernel.lengthscale
        scaled_left, scaled_right = left / lengthscale, right / lengthscale
        squares = scaled_left.square().sum(dim=1)[:, None] + scaled_right.square().sum(dim=1)[None, :]
        distance = torch.addmm(squares, scaled_left, scaled_right.T, alpha=-2).clamp_min(0.0)
        covariances: torch.Tensor = self.covar_module.outputscale * torch.exp(-0.5 * distance)
        return covariances

    def negative_log_likelihood(
        self, features: torch.Tensor, targets: torch.Tensor, jitter: float
    ) -> tuple[torch.Tensor, float]:
        """A loss whose gradient is that of the negative log marginal likelihood per row, and that likelihood.

        With A = K^-1 and a = A (y - m), the gradient with respect to the kernel matrix is (A - a a') / 2 and with
        respect to the residual it is a. Holding these fixed gives a loss that is linear in K and y - m, so
        nothing is differentiated through the factorisation.

        Args:
            features: (n, f) with gradient.
            targets: (n,).
            jitter: added to the diagonal, relative to the kernel's scale.

        Raises:
            ArithmeticError: the kernel matrix has no factor, or the likelihood is not finite.
        """
        n = len(targets)
        kernel = self.covariance(features, features)
        residual = targets - self.mean_module.constant
        diagonal = self.likelihood.noise + jitter * self.covar_module.outputscale
        with torch.no_grad():
            matrix = kernel.clone()
            matrix.diagonal().add_(diagonal)
            factor, trouble = torch.linalg.cholesky_ex(matrix)
            if trouble:
                raise ArithmeticError("the kernel matrix is not positive definite")
            inverse = torch.cholesky_inverse(factor)
            weights = inverse @ residual
            likelihood = float(
                0.5 * residual @ weights + factor.diagonal().log().sum() + 0.5 * n * math.log(2 * math.pi)
            )
            if not math.isfinite(likelihood):
                raise ArithmeticError("the likelihood is not finite")
            slope = 0.5 * (inverse - torch.outer(weights, weights))
        loss = (slope * kernel).sum() + slope.diagonal().sum() * diagonal.sum() + weights @ residual
        return loss / n, likelihood / n
