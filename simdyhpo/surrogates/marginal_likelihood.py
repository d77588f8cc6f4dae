"""The marginal likelihood of a Gaussian process, and a loss that has its gradient."""

from __future__ import annotations

import math

import torch

from simdyhpo.surrogates.algebra import TORCHS, Algebra
from simdyhpo.surrogates.models import Model


def negative_log_likelihood(
    model: Model, features: torch.Tensor, targets: torch.Tensor, jitter: float
) -> tuple[torch.Tensor, float]:
    """A loss whose gradient is that of the negative log marginal likelihood per row, and that likelihood.

    With A = K^-1 and a = A (y - m), the gradient with respect to the kernel matrix is (A - a a') / 2, and
    with respect to the residual it is a. Holding these fixed gives a loss that is linear in K and y - m, so
    nothing is differentiated through the factorisation.

    Args:
        model: gives mean, covariance and noise.
        features: (n, f) with gradient.
        targets: (n,).
        jitter: added to the diagonal, relative to the kernel's scale.

    Raises:
        ArithmeticError: the kernel matrix has no factor, or the likelihood is not finite.
    """
    n = len(targets)
    prior = model.prior()
    embedded = prior.embedded(features)
    kernel, residual = prior.covariance(embedded, embedded), targets - prior.mean(embedded)
    diagonal = model.noise() + jitter * model.scale()
    with torch.no_grad():
        likelihood, weights, inverse = solved(kernel.clone(), residual, float(diagonal))
        slope = 0.5 * (inverse - torch.outer(weights, weights))
    loss = (slope * kernel).sum() + slope.diagonal().sum() * diagonal + weights @ residual
    return loss / n, likelihood / n


def solved(
    matrix: torch.Tensor, residual: torch.Tensor, diagonal: float, algebra: Algebra = TORCHS
) -> tuple[float, torch.Tensor, torch.Tensor]:
    """The negative log likelihood, K^-1 (y - m), (n,), and K^-1, (n, n).

    Args:
        matrix: (n, n) covariances without noise; overwritten.
        residual: (n,) targets less the prior mean.
        diagonal: noise and jitter.
        algebra: who factors and inverts.

    Raises:
        ArithmeticError: the kernel matrix has no factor, or the likelihood is not finite.
    """
    matrix.diagonal().add_(diagonal)
    factor, trouble = algebra.factor(matrix)
    if trouble:
        raise ArithmeticError("the kernel matrix is not positive definite")
    inverse = algebra.inverse(factor)
    weights = inverse @ residual
    likelihood = float(
        0.5 * residual @ weights + factor.diagonal().log().sum() + 0.5 * len(residual) * math.log(2 * math.pi)
    )
    if not math.isfinite(likelihood):
        raise ArithmeticError("the likelihood is not finite")
    return likelihood, weights, inverse
