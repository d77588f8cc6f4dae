"""The gradient of the marginal likelihood of `DecayGP`, worked out by hand.

Resources are whole numbers, so that how far curves still have to go is a short table, and what depends on two
resources is looked up by their sum. Automatic differentiation gives the same numbers to rounding.
"""

from __future__ import annotations

import torch
from torch.nn import functional

from simdyhpo.surrogates.algebra import Algebra
from simdyhpo.surrogates.marginal_likelihood import solved
from simdyhpo.surrogates.models import LEAST_NOISE, LEAST_RAW, MOST_RAW, DecayGP
from simdyhpo.surrogates.priors import unit_matern52


class DecayGradient:
    """Loss gradient of one refit: n rows, whose inputs and targets stay the same from step to step.

    Attributes:
        parameters: what an optimiser moves: one vector of all the model's parameters, with its gradient.
    """

    def __init__(  # noqa: PLR0913 - a model, and the rows of one refit
        self,
        model: DecayGP,
        features: torch.Tensor,
        resources: torch.Tensor,
        largest: int,
        targets: torch.Tensor,
        jitter: float,
        algebra: Algebra,
    ) -> None:
        """Copy the model's parameters; `store` puts them back.

        Args:
            model: whose parameters are learnt.
            features, resources, targets: (n, d), (n,) whole numbers, (n,).
            largest: R.
            jitter: added to the diagonal, relative to the kernel's scale.
            algebra: who factors and inverts.
        """
        self._features, self._resources, self._targets = features, resources, targets
        self._jitter, self._algebra = jitter, algebra
        self._named = dict(model.named_parameters())
        values = torch.cat([one.detach().reshape(-1) for one in self._named.values()])
        values.grad = torch.zeros_like(values)
        self.parameters = [values]
        self._value, self._slope = self._views(values), self._views(values.grad)
        self._shares = torch.arange(2 * largest + 1, dtype=features.dtype) / largest
        self._sums = (resources[:, None] + resources).reshape(-1)

    def store(self) -> None:
        """Give the model the parameters as they are now."""
        for name, one in self._named.items():
            one.copy_(self._value[name])

    def __call__(self) -> float:
        """Work out the gradient; the negative log marginal likelihood per row.

        With W = K^-1 - a a' and a = K^-1 (y - m), the gradient with respect to the kernel matrix is W / 2.

        Raises:
            ArithmeticError: the kernel matrix has no factor, or the likelihood is not finite.
        """
        value, slope, n = self._value, self._slope, len(self._targets)
        lengths = functional.softplus(value["raw_lengths"])
        above, scale = functional.softplus(torch.stack([value["raw_noise"], value["raw_scale"]])).tolist()
        alpha, rate, gamma = value["raw"].clamp(LEAST_RAW, MOST_RAW).exp().tolist()
        delta, constant = float(torch.sigmoid(value["raw_delta"])), float(value["constant"])
        beta, fall = alpha / rate, gamma - delta * constant

        base = beta / (self._shares + beta)
        ahead = base**alpha
        one, both = ahead[self._resources], ahead[self._sums].view(n, n)
        scaled = self._features / lengths
        unit, steepness = unit_matern52(scaled)
        added = one[:, None] + one
        shared = torch.sub(added, both, alpha=delta).mul_(-delta).add_(1)
        decays = torch.addr(both, one, one, alpha=-1)
        kernel = (unit * shared).mul_(scale).add_(decays, alpha=fall * fall)
        residual = self._targets - constant - fall * one
        diagonal = above + LEAST_NOISE + self._jitter * scale
        likelihood, weights, inverse = solved(kernel, residual, diagonal, self._algebra)

        pull = inverse.addr_(weights, weights, alpha=-1.0).mul_(0.5 / n)
        weights = weights / n
        trace = float(pull.diagonal().sum())
        of_shared = unit.mul_(pull).mul_(scale)
        of_scale = _inner(of_shared, shared) / scale + self._jitter * trace
        stretch = steepness.mul_(pull).mul_(shared).mul_(scale)
        rows = stretch.sum(dim=1, keepdim=True) * scaled - stretch @ scaled
        of_lengths = -4 / lengths * (rows * scaled).sum(dim=0)

        of_fall = 2 * fall * _inner(pull, decays) - float(weights @ one)
        of_delta = 2 * delta * _inner(of_shared, both) - _inner(of_shared, added) - constant * of_fall
        of_one = -2 * delta * of_shared.sum(dim=1) - 2 * fall * fall * (pull @ one) - fall * weights
        of_both = of_shared.mul_(delta * delta).add_(pull, alpha=fall * fall)
        of_ahead = torch.zeros_like(ahead).index_add_(0, self._resources, of_one)
        of_ahead.index_add_(0, self._sums, of_both.view(-1)).mul_(ahead)
        of_beta = alpha * float(of_ahead @ (1 / beta - 1 / (self._shares + beta)))
        of_alpha = float(of_ahead @ base.log()) + of_beta / rate
        of_rate = -of_beta * alpha / rate**2

        raw = value["raw"]
        inside = (raw >= LEAST_RAW) & (raw <= MOST_RAW)
        slope["raw"].copy_(raw.new_tensor([of_alpha * alpha, of_rate * rate, of_fall * gamma]) * inside)
        slope["raw_delta"].fill_(of_delta * delta * (1 - delta))
        slope["constant"].fill_(-float(weights.sum()) - delta * of_fall)
        slope["raw_noise"].copy_(trace * torch.sigmoid(value["raw_noise"]))
        slope["raw_scale"].copy_(of_scale * torch.sigmoid(value["raw_scale"]))
        slope["raw_lengths"].copy_(of_lengths * torch.sigmoid(value["raw_lengths"]))
        return likelihood / n

    def _views(self, flat: torch.Tensor) -> dict[str, torch.Tensor]:
        """The parameters' places in a flat vector, by name."""
        parts = torch.split(flat, [one.numel() for one in self._named.values()])
        named = zip(self._named.items(), parts, strict=True)
        return {name: part.view(one.shape) for (name, one), part in named}


def _inner(left: torch.Tensor, right: torch.Tensor) -> float:
    """The sum of all products of two matrices' entries."""
    return float(torch.dot(left.view(-1), right.view(-1)))
