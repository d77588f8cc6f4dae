"""Prior means and covariances under fixed parameters, of features that are kept in the form they are used in.

An embedding is what all covariances of a row are made of: scaled features and their norms, worked out once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch

from simdyhpo.surrogates.roots import root, root_


class Prior(Protocol):
    """Shapes: m rows, f features, an embedding of e columns."""

    def embedded(self, features: torch.Tensor) -> torch.Tensor:
        """(m, e) from (m, f): what the other functions take."""
        ...

    def mean(self, embedded: torch.Tensor) -> torch.Tensor:
        """Prior mean, (m,)."""
        ...

    def covariance(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """Prior covariance (a, b) of (a, e) with (b, e), without noise."""
        ...

    def variance(self, embedded: torch.Tensor) -> torch.Tensor:
        """Diagonal of the prior covariance, (m,)."""
        ...


@dataclass(frozen=True)
class DeepPrior:
    """A constant mean and a scaled kernel with one lengthscale; see `DeepKernelGP`.

    An embedding is the features in lengthscales, and minus half their squared norm.
    """

    constant: torch.Tensor
    scale: torch.Tensor
    lengthscale: torch.Tensor
    rbf: bool

    def embedded(self, features: torch.Tensor) -> torch.Tensor:
        """See the class."""
        return with_norms(features / self.lengthscale)

    def mean(self, embedded: torch.Tensor) -> torch.Tensor:
        """The constant."""
        return torch.broadcast_to(self.constant, embedded.shape[:1])

    def covariance(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """The kernel."""
        exponent = minus_half_squares(left, right)
        return self.scale * (torch.exp(exponent) if self.rbf else matern52(-2 * exponent))

    def variance(self, embedded: torch.Tensor) -> torch.Tensor:
        """The kernel's scale everywhere."""
        return torch.broadcast_to(self.scale, embedded.shape[:1])


@dataclass(frozen=True)
class DecayPrior:
    """Matern-5/2 asymptotes and curves that decay; see `DecayGP`.

    An embedding is the resource, kappa there, the other features in lengthscales, and minus half the squared
    norm of these.
    """

    constant: torch.Tensor
    scale: torch.Tensor
    lengthscales: torch.Tensor
    alpha: torch.Tensor
    beta: torch.Tensor
    slope: torch.Tensor
    delta: torch.Tensor

    def embedded(self, features: torch.Tensor) -> torch.Tensor:
        """See the class."""
        resource = features[:, -1:]
        asymptote = with_norms(features[:, :-1] / self.lengthscales)
        return torch.cat([resource, self.ahead(resource), asymptote], dim=1)

    def mean(self, embedded: torch.Tensor) -> torch.Tensor:
        """The curve's mean at each resource."""
        return self.constant + self.slope * embedded[:, 1]

    def covariance(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """See `DecayGP`."""
        delta, one, two = self.delta, left[:, 1:2], right[:, 1]
        both = self.ahead(left[:, :1] + right[:, 0])
        asymptotes = self.scale * matern52(-2 * minus_half_squares(left[:, 2:], right[:, 2:]))
        shared = asymptotes * (1 - delta * (one + two - delta * both))
        return shared + self.slope * self.slope * (both - one * two)

    def variance(self, embedded: torch.Tensor) -> torch.Tensor:
        """The covariance's diagonal."""
        delta, one = self.delta, embedded[:, 1]
        both = self.ahead(2 * embedded[:, 0])
        share = 1 - delta * (2 * one - delta * both)
        return self.scale * share + self.slope * self.slope * (both - one * one)

    def ahead(self, resource: torch.Tensor) -> torch.Tensor:
        """How much of a curve's way is still ahead: 1 at resource 0, 0 at infinity."""
        return (self.beta / (resource + self.beta)) ** self.alpha


def matern52(squares: torch.Tensor) -> torch.Tensor:
    """The Matern-5/2 kernel at squared distances in units of the lengthscale."""
    # A distance of exactly 0 has no gradient of its square root.
    distance = root((5 * squares).clamp_min(1e-15))
    return (1 + distance + distance.square() / 3) * torch.exp(-distance)


def unit_matern52(scaled: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The Matern-5/2 kernel of rows (m, d) in lengthscales, and its derivative in the squared distance."""
    rows = with_norms(scaled)
    distance = root_(minus_half_squares(rows, rows).mul_(-10))
    decay = torch.exp(-distance)
    steepness = torch.mul(distance + 1, decay)
    unit = torch.addcmul(steepness, distance.square(), decay, value=1 / 3)
    return unit, steepness.mul_(-5 / 6)


def shape_and_steepness(exponent: torch.Tensor, *, rbf: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """A kernel of unit scale at minus half the squared distances, and its derivative there."""
    if rbf:
        shape = torch.exp(exponent)
        return shape, shape
    distance = root(-10 * exponent)
    decay = torch.exp(-distance)
    return matern52(-2 * exponent), 5 / 3 * (1 + distance) * decay


def with_norms(scaled: torch.Tensor) -> torch.Tensor:
    """(m, d + 1) from (m, d): minus half the squared norm is added."""
    return torch.cat([scaled, -0.5 * scaled.square().sum(dim=1, keepdim=True)], dim=1)


def minus_half_squares(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Minus half the squared distances (a, b) of rows with their norms, never positive."""
    norms = left[:, -1:] + right[:, -1]
    return torch.addmm(norms, left[:, :-1], right[:, :-1].T).clamp_max(0.0)
