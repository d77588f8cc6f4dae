"""Fitting a model's parameters: Adam on the marginal likelihood, whose gradient has a closed form."""

from __future__ import annotations

import copy
import math
from typing import Any

import torch

from simdyhpo.surrogates.adam import Adam
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
    kernel = model.covariance(features, features)
    residual = targets - model.mean(features)
    diagonal = model.noise() + jitter * model.scale()
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
    loss = (slope * kernel).sum() + slope.diagonal().sum() * diagonal + weights @ residual
    return loss / n, likelihood / n


def train(  # noqa: PLR0913 - data and settings of one refit
    model: Any,  # noqa: ANN401 - a `Model` that is a torch module, too
    inputs: torch.Tensor,
    curves: torch.Tensor,
    targets: torch.Tensor,
    *,
    learning_rate: float,
    steps: int,
    jitter: float,
) -> bool:
    """Take full-batch Adam steps from the model's present parameters.

    Returns:
        Whether it went well. If not (no factor, or parameters that are not finite), the parameters are
        those from before.
    """
    before = copy.deepcopy(model.state_dict())
    model.train()
    optimiser = Adam(model.parameters(), learning_rate)
    try:
        with torch.enable_grad():
            for _ in range(steps):
                optimiser.zero_grad()
                loss, _ = negative_log_likelihood(model, model.features(inputs, curves), targets, jitter)
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
        sound = all(bool(torch.isfinite(parameter).all()) for parameter in model.parameters())
    except ArithmeticError:
        sound = False
    if not sound:
        model.load_state_dict(before)
    model.eval()
    return sound
