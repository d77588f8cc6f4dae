"""The deep kernel's network: a configuration, a resource and a learning curve in; 128 features out."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

FEATURES = 128
_HIDDEN = 64
_CHANNELS = 4
_WIDTH = 3
"""Width of the convolution: the shortest curve it can read."""

SLOPE = 0.01
"""Of both activations, leaky rectifiers, below 0."""


class FeatureExtractor(nn.Module):
    """Two linear layers, and beside the first a convolution over the learning curve.

    Source: the DyHPO authors' code for Wistuba, Kadra, Grabocka (2022), arXiv 2202.09774.
    """

    def __init__(self, inputs: int, *, curve_branch: bool) -> None:
        """Make the network with torch's default random weights.

        Args:
            inputs: number of hyperparameter features; the resource is one input more.
            curve_branch: whether curves are read.
        """
        super().__init__()
        self.curve_branch = curve_branch
        self.first = nn.Linear(inputs + 1, _HIDDEN)
        self.norm = nn.BatchNorm1d(_HIDDEN)
        self.convolution = nn.Conv1d(1, _CHANNELS, _WIDTH) if curve_branch else None
        self.second = nn.Linear(_HIDDEN + (_CHANNELS if curve_branch else 0), FEATURES)

    def forward(self, inputs: torch.Tensor, curves: torch.Tensor) -> torch.Tensor:
        """Features of m rows.

        Args:
            inputs: (m, inputs + 1) hyperparameters and, last, resource / largest resource.
            curves: (m, length >= 3) values so far, zero-padded.

        Returns:
            (m, 128).
        """
        hidden = functional.leaky_relu(self.norm(self.first(inputs)), SLOPE)
        if self.convolution is not None:
            pooled = self.convolution(curves[:, None, :]).amax(dim=2)
            hidden = torch.cat([hidden, pooled], dim=1)
        return functional.leaky_relu(self.second(hidden), SLOPE)


def visible(longest: int, length: int) -> int:
    """How many columns of zero-padded curves tell the convolution all, if no curve is longer than `longest`.

    One window of zeros is as good as many.
    """
    return min(longest + _WIDTH, length)


def windows_of(curves: torch.Tensor) -> torch.Tensor:
    """What the convolution sees of (m, length) curves: (3, m, length - 2)."""
    return curves.unfold(1, _WIDTH, 1).permute(2, 0, 1).contiguous()


def padded(curves: torch.Tensor) -> torch.Tensor:
    """Curves with at least as many columns as the convolution is wide."""
    missing = _WIDTH - curves.shape[1]
    return nn.functional.pad(curves, (0, missing)) if missing > 0 else curves
