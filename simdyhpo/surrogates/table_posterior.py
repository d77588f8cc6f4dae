"""A posterior on a table that tells quickly what a candidate's variance can be at most.

The last value of each configuration comes first among the rows. Given these alone, which are few, a variance
is hardly larger than given all, and never smaller; and the forward substitution that gives it is the
beginning of the one that goes on to all rows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from simdyhpo.surrogates.algebra import Algebra
from simdyhpo.surrogates.models import Model
from simdyhpo.surrogates.posterior import Posterior
from simdyhpo.surrogates.table_prior import TablePrior, configurations_of, distinct, resources_of


class TablePosterior(Posterior):
    """A `Posterior` without kept queries, for a model whose prior is a `TablePrior`."""

    _prior: TablePrior

    def __init__(
        self, model: Model, jitter: float, rows: torch.Tensor, targets: torch.Tensor, algebra: Algebra
    ) -> None:
        """Condition on n >= 1 rows, (n, 2), with targets, (n,), in the order in which they were observed."""
        order = torch.from_numpy(_last_first(configurations_of(rows).numpy()))
        super().__init__(model, jitter, rows[order], targets[order], rows[:0], algebra)
        first = len(distinct(configurations_of(rows))[0])
        self._first = self._rows[:first]
        self._first_factor = self._lower[:first, :first].contiguous()
        self._sums: tuple[torch.Tensor, torch.Tensor, torch.Tensor] | None = None
        self._among = rows[:0]
        """(u, u) the observed configurations' asymptotes' covariances, once they are asked for."""

    def observe(self, place: int, target: torch.Tensor) -> None:
        """As the base class."""
        super().observe(place, target)
        self._sums = None

    def at_most(self, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean of queries (k, 2), and what their variance is at most, (k,) each.

        Costs O(k u^2), u being the number of configurations that were observed when it was made.
        """
        prior, at = self._prior, resources_of(features)
        configurations, by_resource, common = self._summed()
        asymptotes = self._asymptotes(configurations_of(features), configurations)
        mean = prior.means[at] + common[at] + (asymptotes * by_resource[at]).sum(dim=1)
        columns = torch.searchsorted(configurations, configurations_of(self._first))
        cross = prior.curved(asymptotes.index_select(1, columns), at, resources_of(self._first))
        solved = self._algebra.solve(self._first_factor, cross.mT)
        return mean, (prior.variance(features) - solved.square().sum(dim=0)).clamp_min(0.0)

    def _asymptotes(self, asked: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
        """Covariances of configurations, (k,), with observed ones, (u,) all of them, rising."""
        if len(self._among) != len(known):
            self._among = self._prior.asymptotes(known, known)
        places = torch.searchsorted(known, asked).clamp_max_(len(known) - 1)
        new = (known[places] != asked).nonzero()[:, 0]
        found = self._among.index_select(0, places)
        found[new] = self._prior.asymptotes(asked[new], known)
        return found

    def _summed(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """What means are made of: with a = K^-1 (y - m), sums of a over each configuration's rows.

        Returns:
            (u,) the configurations, rising; (R + 1, u) what multiplies the asymptotes' covariance with each,
            by the query's resource; (R + 1,) what is the same for all queries there.
        """
        if self._sums is None:
            prior, n = self._prior, self.count
            right = self._residual.new_zeros(len(self._rows), 1)
            right[:n, 0] = self._residual[:n]
            weights = self._algebra.solve(self._lower, right, transposed=True)[:n]
            at = resources_of(self._rows[:n])
            configurations, places = distinct(configurations_of(self._rows[:n]))
            by_resource = weights.new_zeros(len(configurations), len(prior.means))
            by_resource.index_add_(0, places, prior.shared[at] * weights)
            self._sums = configurations, by_resource.mT.contiguous(), (prior.decays[at] * weights).sum(dim=0)
        return self._sums


def _last_first(configurations: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """An order of n rows, (n,), in which the last one of each configuration comes before all others."""
    n = len(configurations)
    last = np.zeros(n, dtype=bool)
    last[n - 1 - np.unique(configurations[::-1], return_index=True)[1]] = True
    return np.concatenate([np.flatnonzero(last), np.flatnonzero(~last)])
