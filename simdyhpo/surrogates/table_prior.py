"""The prior of `DecayGP` on a table: what depends on two resources alone is looked up.

A row is a configuration's number and a resource, a whole number. Covariances of curves on one table differ
in the resources alone in (R + 1)^2 ways, so that powers are worked out for these, and distances once for
each pair of configurations, however many resources of theirs were observed.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from simdyhpo.surrogates.models import DecayGP
from simdyhpo.surrogates.priors import minus_half_squares, with_norms
from simdyhpo.surrogates.roots import root_


@dataclass(frozen=True)
class TablePrior:
    """See `DecayGP`; n configurations, resources 0 ... R. Rows are (m, 2), and are their own embedding.

    Attributes:
        points: (n, d + 1) features in lengthscales, and minus half their squared norm.
        scale: of the asymptotes' kernel.
        means: (R + 1,).
        shared: (R + 1, R + 1) by which the asymptotes' covariance is multiplied.
        decays: (R + 1, R + 1) what all curves share of their way down.
    """

    points: torch.Tensor
    scale: torch.Tensor
    means: torch.Tensor
    shared: torch.Tensor
    decays: torch.Tensor

    @classmethod
    def of(cls, model: DecayGP, features: torch.Tensor, largest: int) -> TablePrior:
        """The model's prior at its present parameters, for features (n, d) of all configurations."""
        prior = model.prior()
        ahead = prior.ahead(torch.arange(2 * largest + 1, dtype=features.dtype) / largest)
        one, at = ahead[: largest + 1], torch.arange(largest + 1)
        both = ahead[at[:, None] + at]
        return cls(
            points=with_norms(features / prior.lengthscales),
            scale=prior.scale,
            means=prior.constant + prior.slope * one,
            shared=1 - prior.delta * (one[:, None] + one - prior.delta * both),
            decays=prior.slope.square() * (both - torch.outer(one, one)),
        )

    def embedded(self, features: torch.Tensor) -> torch.Tensor:
        """The rows themselves."""
        return features

    def mean(self, embedded: torch.Tensor) -> torch.Tensor:
        """At each row's resource, (m,)."""
        return self.means[resources_of(embedded)]

    def covariance(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """Of rows (a, 2) with rows (b, 2), (a, b)."""
        ours, our_places = distinct(configurations_of(left))
        theirs, their_places = distinct(configurations_of(right))
        # Columns first, while there are few rows: rows are then copied whole.
        asymptotes = self.asymptotes(ours, theirs).index_select(1, their_places).index_select(0, our_places)
        return self.curved(asymptotes, resources_of(left), resources_of(right))

    def variance(self, embedded: torch.Tensor) -> torch.Tensor:
        """The covariance's diagonal, (m,)."""
        at = resources_of(embedded)
        return self.scale * self.shared.diagonal()[at] + self.decays.diagonal()[at]

    def asymptotes(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """Covariance of configurations (a,) with configurations (b,), (a, b)."""
        distance = root_(minus_half_squares(self.points[left], self.points[right]).mul_(-10))
        decay = torch.exp(-distance)
        return (distance / 3).add_(1).mul_(distance).add_(1).mul_(decay).mul_(self.scale)

    def curved(self, asymptotes: torch.Tensor, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """From asymptotes' covariances (a, b), which are overwritten, to those at resources (a,) and (b,)."""
        shared, decays = (
            one.index_select(1, right).index_select(0, left) for one in (self.shared, self.decays)
        )
        return asymptotes.mul_(shared).add_(decays)


def configurations_of(rows: torch.Tensor) -> torch.Tensor:
    """(m,) numbers of rows (m, 2)."""
    return rows[:, 0].long()


def resources_of(rows: torch.Tensor) -> torch.Tensor:
    """(m,) of rows (m, 2)."""
    return rows[:, 1].long()


def distinct(numbers: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """(u,) those of numbers (m,), rising, and at which place each of the m is."""
    found: tuple[torch.Tensor, torch.Tensor] = numbers.unique(return_inverse=True)  # type: ignore[no-untyped-call]
    return found
