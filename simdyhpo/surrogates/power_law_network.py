"""An ensemble of networks from hyperparameters to power laws, all members in one tensor operation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import leaky_relu, silu

Floats = npt.NDArray[np.float64]
_STEEPEST = 20.0
"""The largest exponent of e in a power law: one that leaves it would overflow."""


class PowerLawNetworks:
    """M networks with two hidden layers, whose three outputs say a learning curve: alpha + beta b^-gamma.

    b is the share of the largest resource, in (0, 1]. Outputs for beta and gamma pass through x sigmoid(x):
    both can be as large as needed, but hardly negative, so that curves fall towards alpha.

    Source: Kadra, Janowski, Wistuba, Grabocka (2023), arXiv 2302.00441, section 3, and the authors' code.

    Attributes:
        parameters: weights and biases of the three layers, (M, in, out) and (M, 1, out).
    """

    def __init__(self, members: int, inputs: int, units: int, draw: np.random.Generator) -> None:
        """Draw weights and biases uniformly within 1 / sqrt(inputs of the layer)."""
        self.parameters: list[torch.Tensor] = []
        for before, after in ((inputs, units), (units, units), (units, 3)):
            bound = 1 / np.sqrt(max(before, 1))
            for rows in (before, 1):
                drawn = draw.uniform(-bound, bound, (members, rows, after))
                self.parameters.append(torch.from_numpy(drawn).float().requires_grad_())

    def laws(self, features: torch.Tensor) -> torch.Tensor:
        """(M, m, 3): alpha, beta and gamma by each member of rows (M, m, d) or (m, d), shared by all."""
        first, first_bias, second, second_bias, last, last_bias = self.parameters
        if features.ndim == 2:
            features = features.expand(len(first), -1, -1)
        hidden = leaky_relu(torch.baddbmm(first_bias, features, first))
        hidden = leaky_relu(torch.baddbmm(second_bias, hidden, second))
        outputs = torch.baddbmm(last_bias, hidden, last)
        return torch.cat([outputs[..., :1], silu(outputs[..., 1:])], dim=-1)

    def values(self, features: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
        """(M, m): the laws of rows (as in `laws`) at shares of the largest resource, (M, m) or (m,)."""
        alpha, beta, gamma = self.laws(features).unbind(dim=-1)
        return alpha + beta * (-gamma * shares.log()).clamp(max=_STEEPEST).exp()

    def train(
        self,
        features: torch.Tensor,
        shares: torch.Tensor,
        targets: torch.Tensor,
        rows: torch.Tensor,
        rate: float,
    ) -> bool:
        """One Adam step of the mean absolute error on each batch; the optimiser is new.

        Args:
            features, shares, targets: (n, d), (n,), (n,) of all observations.
            rows: (steps, M, B) which observations each member sees at each step.
            rate: the learning rate.

        Returns:
            Whether all parameters are finite.
        """
        optimiser = torch.optim.Adam(self.parameters, lr=rate, fused=True)
        with torch.enable_grad():
            for batch in rows:
                optimiser.zero_grad()
                wrong = self.values(features[batch], shares[batch]) - targets[batch]
                # Each member has parameters of its own: the sum of their losses trains them apart.
                loss = wrong.abs().mean(dim=1).sum()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
        return all(bool(torch.isfinite(parameter).all()) for parameter in self.parameters)
