"""An ensemble of networks from hyperparameters to power laws, all members in one tensor operation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from simdyhpo.surrogates.adam import FusedAdam
from simdyhpo.surrogates.power_law_gradient import SLOPE, STEEPEST, PowerLawGradient, shared

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
_AT_ONCE = 256
"""Rows that go through the networks together: so many activations stay in a processor's cache."""


class PowerLawNetworks:
    """M networks with two hidden layers, whose three outputs say a learning curve: alpha + beta b^-gamma.

    b is the share of the largest resource, in (0, 1]. Outputs for beta and gamma pass through x sigmoid(x):
    both can be as large as needed, but hardly negative, so that curves fall towards alpha.

    Source: Kadra, Janowski, Wistuba, Grabocka (2023), arXiv 2302.00441, section 3, and the authors' code.

    Attributes:
        parameters: weights and biases of the three layers, (M, in, out) and (M, 1, out), views of one vector;
            the last layer's weights are (M, 3, in), in which form products with them are quicker.
    """

    def __init__(self, members: int, inputs: int, units: int, draw: np.random.Generator) -> None:
        """Draw weights and biases uniformly within 1 / sqrt(inputs of the layer)."""
        drawn = [
            torch.from_numpy(draw.uniform(-bound, bound, (members, rows, after))).float()
            for before, after in ((inputs, units), (units, units), (units, 3))
            for bound in [1 / np.sqrt(max(before, 1))]
            for rows in (before, 1)
        ]
        drawn[4] = drawn[4].mT
        self._shapes = [one.shape for one in drawn]
        self._values = torch.cat([one.reshape(-1) for one in drawn])
        self._values.grad = torch.zeros_like(self._values)
        self.parameters = self._views(self._values)

    def laws(self, features: torch.Tensor) -> torch.Tensor:
        """(M, m, 3): alpha, beta and gamma by each member of rows (M, m, d) or (m, d), shared by all."""
        if features.ndim == 2:
            features = features.expand(len(self.parameters[0]), -1, -1)
        laws = torch.cat([self._outputs(part) for part in torch.split(features, _AT_ONCE, dim=1)], dim=1)
        laws[..., 1:] = functional.silu(laws[..., 1:])
        return laws

    def values(self, features: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
        """(M, m): the laws of rows (as in `laws`) at shares of the largest resource, (M, m) or (m,)."""
        alpha, beta, gamma = self.laws(features).unbind(dim=-1)
        return alpha + beta * (-gamma * shares.log()).clamp(max=STEEPEST).exp()

    def train(  # noqa: PLR0913 - data and batches of one update
        self,
        features: torch.Tensor,
        configurations: Integers,
        shares: torch.Tensor,
        targets: torch.Tensor,
        rows: Integers,
        rate: float,
    ) -> bool:
        """One Adam step of the mean absolute error on each batch; the optimiser is new.

        Args:
            features: (n, d) of all configurations.
            configurations, shares, targets: (m,) of all observations.
            rows: (steps, M, B) which observations each member sees at each step.
            rate: the learning rate.

        Returns:
            Whether all parameters are finite.
        """
        assert self._values.grad is not None
        each, places = shared(configurations[rows])
        gradient = PowerLawGradient(self.parameters, self._views(self._values.grad), each, places, features)
        optimiser, logarithms = FusedAdam(self._values, rate), shares.log()
        for step, batch in enumerate(torch.from_numpy(rows.reshape(len(rows), -1))):
            gradient(step, logarithms[batch], targets[batch])
            optimiser.step()
        return bool(torch.isfinite(self._values).all())

    def _outputs(self, features: torch.Tensor) -> torch.Tensor:
        """(M, m, 3) from rows (M, m, d)."""
        first, first_bias, second, second_bias, last, last_bias = self.parameters
        hidden = functional.leaky_relu_(torch.baddbmm(first_bias, features, first), SLOPE)
        hidden = functional.leaky_relu_(torch.baddbmm(second_bias, hidden, second), SLOPE)
        return torch.baddbmm(last_bias, hidden, last.mT)

    def _views(self, flat: torch.Tensor) -> list[torch.Tensor]:
        parts = torch.split(flat, [shape.numel() for shape in self._shapes])
        return [part.view(shape) for part, shape in zip(parts, self._shapes, strict=True)]
