"""The deep kernel's gradient of the marginal likelihood, worked out by hand: what a refit spends its time on.

Automatic differentiation gives the same numbers to rounding, but records every step, and differentiates the
kernel matrix once for its rows and once for its columns although it is symmetric.
"""

from __future__ import annotations

import torch
from torch.nn import functional

from simdyhpo.surrogates.marginal_likelihood import solved
from simdyhpo.surrogates.models import DeepKernelGP
from simdyhpo.surrogates.network import SLOPE, windows_of
from simdyhpo.surrogates.priors import shape_and_steepness

_RAW = (
    "likelihood.noise_covar.raw_noise",
    "covar_module.raw_outputscale",
    "covar_module.base_kernel.raw_lengthscale",
)
"""Noise above its least, the kernel's scale and its lengthscale, before softplus."""


class DeepKernelGradient:
    """Loss gradient of one refit: n rows, whose inputs and targets stay the same from step to step.

    Attributes:
        values: all of the model's parameters, one after the other; what an optimiser moves.
        gradient: the loss's, laid out as `values`; new after each call.
    """

    def __init__(
        self,
        model: DeepKernelGP,
        inputs: torch.Tensor,
        curves: torch.Tensor,
        targets: torch.Tensor,
        jitter: float,
    ) -> None:
        """Copy the model's parameters; `store` puts them back.

        Args:
            model: in training mode; its batch normalisation's running moments are moved by each call.
            inputs, curves, targets: (n, d + 1), (n, R), (n,).
            jitter: added to the diagonal, relative to the kernel's scale.
        """
        self._model, self._inputs, self._targets, self._jitter = model, inputs, targets, jitter
        self._parameters = dict(model.named_parameters())
        self.values = torch.cat([one.detach().reshape(-1) for one in self._parameters.values()])
        self.gradient = torch.zeros_like(self.values)
        self.values.grad = self.gradient
        self._value = self._views(self.values)
        self._slope = self._views(self.gradient)
        self._windows = windows_of(curves) if model.network.convolution is not None else None
        self._rows = torch.arange(len(inputs))
        self._least_noise = float(model.likelihood.noise_covar.raw_noise_constraint.lower_bound)

    @property
    def parameters(self) -> list[torch.Tensor]:
        """What an optimiser moves, with its gradient."""
        return [self.values]

    def store(self) -> None:
        """Give the model the parameters as they are now."""
        for name, one in self._parameters.items():
            one.copy_(self._value[name])

    def __call__(self) -> float:
        """Work out the gradient at `values`; the negative log marginal likelihood per row."""
        value, slope = self._value, self._slope
        hidden, inside, moments = self._hidden()
        width = len(value["network.norm.weight"])
        pooled, at = self._pooled()
        joined = hidden if pooled is None else torch.cat([hidden, pooled], dim=1)
        last = functional.linear(joined, value["network.second.weight"], value["network.second.bias"])
        features = functional.leaky_relu(last, SLOPE)
        likelihood, back = self._kernel(features)

        back = torch.where(last > 0, back, SLOPE * back)
        torch.mm(back.T, joined, out=slope["network.second.weight"])
        torch.sum(back, dim=0, out=slope["network.second.bias"])
        back = back @ value["network.second.weight"]
        if at is not None:
            assert self._windows is not None
            share = back[:, width:]
            chosen = self._windows[:, self._rows, at]  # (3, channels, n)
            slope["network.convolution.weight"].copy_((chosen * share.T).sum(dim=2).T[:, None, :])
            torch.sum(share, dim=0, out=slope["network.convolution.bias"])
        back = back[:, :width]
        back = torch.where(hidden > 0, back, SLOPE * back)
        self._first(back, inside, moments)
        return likelihood

    def _views(self, flat: torch.Tensor) -> dict[str, torch.Tensor]:
        """The parameters' places in a flat vector, by name."""
        sizes = [one.numel() for one in self._parameters.values()]
        parts = torch.split(flat, sizes)
        named = zip(self._parameters.items(), parts, strict=True)
        return {name: part.view(one.shape) for (name, one), part in named}

    def _hidden(self) -> tuple[torch.Tensor, torch.Tensor, tuple[torch.Tensor, torch.Tensor]]:
        """The first layer after its activation, before its normalisation, and what that subtracted."""
        value, norm = self._value, self._model.network.norm
        inside = functional.linear(self._inputs, value["network.first.weight"], value["network.first.bias"])
        assert norm.num_batches_tracked is not None
        assert norm.momentum is not None
        norm.num_batches_tracked.add_(1)
        shifted, mean, inverse = torch.native_batch_norm(
            inside,
            value["network.norm.weight"],
            value["network.norm.bias"],
            norm.running_mean,
            norm.running_var,
            True,
            norm.momentum,
            norm.eps,
        )
        return functional.leaky_relu(shifted, SLOPE), inside, (mean, inverse)

    def _first(
        self, back: torch.Tensor, inside: torch.Tensor, moments: tuple[torch.Tensor, torch.Tensor]
    ) -> None:
        """From the gradient after the normalisation to the first layer's."""
        value, slope, norm = self._value, self._slope, self._model.network.norm
        back, weight, bias = torch.ops.aten.native_batch_norm_backward(
            back.contiguous(),
            inside,
            value["network.norm.weight"],
            norm.running_mean,
            norm.running_var,
            *moments,
            True,
            norm.eps,
            [True, True, True],
        )
        slope["network.norm.weight"].copy_(weight)
        slope["network.norm.bias"].copy_(bias)
        torch.mm(back.T, self._inputs, out=slope["network.first.weight"])
        torch.sum(back, dim=0, out=slope["network.first.bias"])

    def _pooled(self) -> tuple[torch.Tensor | None, torch.Tensor | None]:
        """The largest response of each channel, (n, channels), and at which window, (channels, n)."""
        if self._windows is None:
            return None, None
        value, windows = self._value, self._windows
        filters = value["network.convolution.weight"][:, 0, :]
        responses = (filters @ windows.flatten(1)).view(len(filters), *windows.shape[1:])
        largest, at = responses.max(dim=2)
        return largest.T + value["network.convolution.bias"], at

    def _kernel(self, features: torch.Tensor) -> tuple[float, torch.Tensor]:
        """The likelihood per row, and the loss's gradient with respect to the features, (n, 128).

        With W = K^-1 - a a' and a = K^-1 (y - m), the gradient with respect to K is W / 2. The kernel is
        o k(x) with x_ij = u_i u_j' - (|u_i|^2 + |u_j|^2) / 2 of scaled features u, and the gradient with
        respect to u_i is o sum_j W_ij k'(x_ij) (u_j - u_i).

        Raises:
            ArithmeticError: the kernel matrix has no factor, or the likelihood is not finite.
        """
        slope, n = self._slope, len(self._targets)
        raw = torch.stack([self._value[name].reshape(()) for name in _RAW])
        above, scale, length = functional.softplus(raw).tolist()
        scaled = features / length
        exponent = scaled @ scaled.T
        half = 0.5 * exponent.diagonal()
        exponent.sub_(half[:, None]).sub_(half).clamp_(max=0.0)
        shape, steepness = shape_and_steepness(exponent, rbf=self._model.rbf)
        residual = self._targets - self._value["mean_module.raw_constant"]
        diagonal = above + self._least_noise + self._jitter * scale
        likelihood, weights, inverse = solved(scale * shape, residual, diagonal)

        pull = inverse.addr_(weights, weights, alpha=-1.0)
        trace = float(pull.diagonal().sum())
        inner = float(torch.dot(pull.view(-1), shape.view(-1)))
        pull.mul_(steepness)
        back = torch.addmm(scaled * pull.sum(dim=1)[:, None], pull, scaled, beta=-1.0).mul_(scale / n)
        stretch = float(torch.dot(back.view(-1), scaled.view(-1)))
        shares = torch.sigmoid(raw).tolist()
        parts = (0.5 * trace / n, 0.5 * (inner + self._jitter * trace) / n, -stretch / length)
        for name, share, part in zip(_RAW, shares, parts, strict=True):
            slope[name].fill_(share * part)
        slope["mean_module.raw_constant"].fill_(-float(weights.sum()) / n)
        return likelihood / n, back.div_(length)
