"""Fitting a model's parameters: Adam on the marginal likelihood, with a gradient by hand or by autograd."""

from __future__ import annotations

from typing import Any, Protocol

import torch

from simdyhpo.surrogates.adam import Adam
from simdyhpo.surrogates.deep_gradient import DeepKernelGradient
from simdyhpo.surrogates.marginal_likelihood import negative_log_likelihood
from simdyhpo.surrogates.models import DeepKernelGP


class Gradient(Protocol):
    """Works out a loss's gradient, at parameters that are the model's own or a copy of them."""

    @property
    def parameters(self) -> list[torch.Tensor]:
        """What an optimiser moves."""
        ...

    def __call__(self) -> object:
        """Give each of them its gradient.

        Raises:
            ArithmeticError: there is none.
        """
        ...

    def store(self) -> None:
        """Give the model the parameters as they are now."""
        ...


class _ByAutograd:
    """The loss's gradient in each parameter, as `DeepKernelGradient`, for any model."""

    def __init__(
        self,
        model: Any,  # noqa: ANN401 - a `Model` that is a torch module, too
        inputs: torch.Tensor,
        curves: torch.Tensor,
        targets: torch.Tensor,
        jitter: float,
    ) -> None:
        self._model, self._data, self._targets, self._jitter = model, (inputs, curves), targets, jitter
        self.parameters = list(model.parameters())

    def __call__(self) -> None:
        for one in self.parameters:
            one.grad = None
        with torch.enable_grad():
            features = self._model.features(*self._data)
            loss, _ = negative_log_likelihood(self._model, features, self._targets, self._jitter)
            loss.backward()  # type: ignore[no-untyped-call]

    def store(self) -> None:
        """The model's own parameters were moved."""


@torch.no_grad()
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
    kind = DeepKernelGradient if isinstance(model, DeepKernelGP) else _ByAutograd
    return descend(model, kind(model, inputs, curves, targets, jitter), learning_rate, steps)


@torch.no_grad()
def descend(
    model: Any,  # noqa: ANN401 - a `Model` that is a torch module, too
    gradient: Gradient,
    learning_rate: float,
    steps: int,
) -> bool:
    """The same with a gradient of one's own."""
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.train()
    optimiser = Adam(gradient.parameters, learning_rate)
    try:
        for _ in range(steps):
            gradient()
            optimiser.step()
        gradient.store()
        sound = all(bool(torch.isfinite(parameter).all()) for parameter in model.parameters())
    except ArithmeticError:
        sound = False
    if not sound:
        model.load_state_dict(before)
    model.eval()
    return sound
