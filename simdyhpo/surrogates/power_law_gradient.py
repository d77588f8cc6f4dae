"""The power laws' gradient, worked out by hand: what an update of DPL spends its time on.

Rows of one configuration go through the networks once: their hidden layers are the same, and what comes back
from them is summed. Automatic differentiation gives the same numbers to rounding.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

Integers = npt.NDArray[np.int64]

STEEPEST = 20.0
"""The largest exponent of e in a power law: one that leaves it would overflow."""
SLOPE = 0.01
"""Of the activation below 0."""


def shared(configurations: Integers) -> tuple[Integers, Integers]:
    """Which configurations a batch's rows have, each once.

    Args:
        configurations: (..., B) of the rows.

    Returns:
        (..., U) each configuration of a batch, rising, then its largest again as often as needed; (..., B) at
        which place each row's configuration is.
    """
    order = np.argsort(configurations, axis=-1, kind="stable")
    ordered = np.take_along_axis(configurations, order, axis=-1)
    place = np.zeros_like(ordered)
    np.cumsum(ordered[..., 1:] != ordered[..., :-1], axis=-1, out=place[..., 1:])
    places = np.empty_like(place)
    np.put_along_axis(places, order, place, axis=-1)
    each = np.repeat(ordered[..., -1:], int(place.max()) + 1, axis=-1)
    np.put_along_axis(each, place, ordered, axis=-1)
    return each, places


class PowerLawGradient:
    """Gradient of the mean absolute error, summed over members, at batches of one size.

    M members, B rows each, U configurations each; all tensors float32.
    """

    def __init__(
        self,
        parameters: list[torch.Tensor],
        slopes: list[torch.Tensor],
        each: Integers,
        places: Integers,
        features: torch.Tensor,
    ) -> None:
        """Take the batches.

        Args:
            parameters: weights and biases, as in `PowerLawNetworks`.
            slopes: of the same shapes: where gradients go.
            each, places: (steps, M, U) and (steps, M, B), see `shared`.
            features: (n, d) of all configurations.
        """
        steps, members, units = each.shape[0], each.shape[1], parameters[0].shape[2]
        self._rows = places.shape[2]
        self._values, self._slopes = parameters, slopes
        self._features = features
        self._each = torch.from_numpy(each.reshape(steps, -1))
        base = np.arange(members)[:, None] * each.shape[2]
        self._places = torch.from_numpy((places + base).reshape(steps, -1))
        shape = (members, each.shape[2])
        self._inputs = features.new_empty(members * shape[1], features.shape[1])
        self._hidden, self._second, self._back, self._spare = features.new_empty(4, *shape, units).unbind()
        self._outputs, self._pull = features.new_empty(2, *shape, 3).unbind()

    def __call__(self, step: int, logarithms: torch.Tensor, targets: torch.Tensor) -> None:
        """Work out the gradient at the parameters' present values.

        Args:
            step: which of the batches.
            logarithms: (M B,) of the rows' shares of the largest resource.
            targets: (M B,).
        """
        first, first_bias, second, second_bias, last, last_bias = self._values
        outputs, back = self._outputs, self._back
        inputs = torch.index_select(self._features, 0, self._each[step], out=self._inputs)
        inputs = inputs.view(*back.shape[:2], -1)
        torch.baddbmm(first_bias, inputs, first, out=self._hidden)
        functional.leaky_relu_(self._hidden, SLOPE)
        torch.baddbmm(second_bias, self._hidden, second, out=self._second)
        functional.leaky_relu_(self._second, SLOPE)
        torch.baddbmm(last_bias, self._second, last.mT, out=outputs)
        self._laws(self._places[step], logarithms, targets)

        pull, slopes = self._pull, self._slopes
        torch.bmm(pull.mT, self._second, out=slopes[4])
        torch.sum(pull, dim=1, keepdim=True, out=slopes[5])
        torch.bmm(pull, last, out=back)
        _through(back, self._second)
        torch.bmm(self._hidden.mT, back, out=slopes[2])
        torch.sum(back, dim=1, keepdim=True, out=slopes[3])
        torch.bmm(back, second.mT, out=self._spare)
        _through(self._spare, self._hidden)
        torch.bmm(inputs.mT, self._spare, out=slopes[0])
        torch.sum(self._spare, dim=1, keepdim=True, out=slopes[1])

    def _laws(self, places: torch.Tensor, logarithms: torch.Tensor, targets: torch.Tensor) -> None:
        """From the networks' outputs to the loss's gradient there."""
        rows = self._outputs.view(-1, 3).index_select(0, places)
        alpha, free = rows[:, 0], rows[:, 1:]
        gate = torch.sigmoid(free)
        passed = free * gate
        beta, gamma = passed.unbind(dim=1)
        exponent = -gamma * logarithms
        decay = exponent.clamp(max=STEEPEST).exp_()
        sign = torch.sign(alpha + beta * decay - targets).div_(self._rows)
        of_beta = sign * decay
        of_gamma = of_beta * beta * logarithms * (exponent <= STEEPEST)
        slope = torch.stack([sign, of_beta, -of_gamma], dim=1)
        slope[:, 1:] *= gate + passed * (1 - gate)
        self._pull.zero_().view(-1, 3).index_add_(0, places, slope)


def _through(back: torch.Tensor, activated: torch.Tensor) -> None:
    """From the gradient after the activation to that before it, in place."""
    torch.ops.aten.leaky_relu_backward.grad_input(back, activated, SLOPE, True, grad_input=back)
