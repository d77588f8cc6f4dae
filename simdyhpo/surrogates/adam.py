"""Adam, step for step as torch takes it, without what loading torch's own class brings along."""

from __future__ import annotations

from collections.abc import Iterable

import torch

from simdyhpo.surrogates.roots import root

_DECAY, _SQUARED_DECAY, _EPSILON = 0.9, 0.999, 1e-8


class Adam:
    """As `torch.optim.Adam` with its defaults, but for the last digit of its root (see `roots`).

    torch's class, when it is first made, loads a compiler that nobody here needs: more than a second in every
    process, and each of its steps asks whether that compiler is at work.

    Source: Kingma and Ba (2015), arXiv 1412.6980, algorithm 1.
    """

    def __init__(self, parameters: Iterable[torch.Tensor], learning_rate: float) -> None:
        self._parameters = list(parameters)
        self._means = [torch.zeros_like(one) for one in self._parameters]
        self._squares = [torch.zeros_like(one) for one in self._parameters]
        self._rate, self._steps = learning_rate, 0

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for one in self._parameters:
            one.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Move the parameters that have a gradient."""
        self._steps += 1
        size = self._rate / (1 - _DECAY**self._steps)
        spread = (1 - _SQUARED_DECAY**self._steps) ** 0.5
        for one, mean, square in zip(self._parameters, self._means, self._squares, strict=True):
            gradient = one.grad
            if gradient is not None:
                mean.lerp_(gradient, 1 - _DECAY)
                square.mul_(_SQUARED_DECAY).addcmul_(gradient, gradient, value=1 - _SQUARED_DECAY)
                one.addcdiv_(mean, (root(square) / spread).add_(_EPSILON), value=-size)


class FusedAdam:
    """The same for one vector, in one pass, as `torch.optim.Adam` with `fused`, to the last digit."""

    def __init__(self, parameter: torch.Tensor, learning_rate: float) -> None:
        """Take a vector that has a gradient, which is looked up at each step."""
        self._parameter, self._rate = parameter, learning_rate
        self._mean, self._square = torch.zeros_like(parameter), torch.zeros_like(parameter)
        self._steps = torch.zeros(())

    def step(self) -> None:
        """Move the parameter."""
        gradient = self._parameter.grad
        assert gradient is not None
        self._steps += 1
        torch._fused_adam_(
            [self._parameter],
            [gradient],
            [self._mean],
            [self._square],
            [],
            [self._steps],
            lr=self._rate,
            beta1=_DECAY,
            beta2=_SQUARED_DECAY,
            weight_decay=0.0,
            eps=_EPSILON,
            amsgrad=False,
            maximize=False,
        )
