"""The Gaussian process of learning curves on a table: the same model, quicker."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from simdyhpo.protocols import Observations
from simdyhpo.surrogates.algebra import SCIPYS, Algebra
from simdyhpo.surrogates.decay_gradient import DecayGradient
from simdyhpo.surrogates.gaussian_process import DecaySurrogate
from simdyhpo.surrogates.models import DecayGP
from simdyhpo.surrogates.posterior import Posterior
from simdyhpo.surrogates.table_posterior import TablePosterior
from simdyhpo.surrogates.table_prior import TablePrior
from simdyhpo.surrogates.training import descend

Integers = npt.NDArray[np.int64]


class OnTable:
    """A `Model` whose rows are (configuration, resource), at a model's present parameters."""

    def __init__(self, model: DecayGP, features: torch.Tensor, largest: int) -> None:
        self._model, self._features, self._largest = model, features, largest

    def features(self, inputs: torch.Tensor, curves: torch.Tensor) -> torch.Tensor:  # noqa: ARG002
        """The rows themselves."""
        return inputs

    def prior(self) -> TablePrior:
        """See `TablePrior`."""
        return TablePrior.of(self._model, self._features, self._largest)

    def noise(self) -> torch.Tensor:
        """The model's."""
        return self._model.noise()

    def scale(self) -> torch.Tensor:
        """The model's."""
        return self._model.scale()


class TableDecaySurrogate(DecaySurrogate):
    """`DecaySurrogate`, quicker since resources are whole and configurations come again.

    The same numbers, to rounding; refits magnify that, so that runs can part from near-ties on.

    Attributes:
        algebra: who factors and solves.
    """

    algebra: Algebra = SCIPYS

    _features: torch.Tensor
    """(n, d) of all configurations."""

    def _begin(self, observed: Observations) -> None:
        super()._begin(observed)
        self._features = torch.from_numpy(np.array(observed.features))

    def _train(self, observed: Observations, rows: Integers) -> bool:
        gradient = DecayGradient(
            self._model,
            self._features[torch.from_numpy(observed.configurations[rows])],
            torch.from_numpy(observed.resources[rows]),
            observed.max_resource,
            self._targets(observed, rows),
            self._settings.jitter,
            self.algebra,
        )
        return descend(self._model, gradient, self._settings.learning_rate, self._settings.steps)

    def _new_posterior(
        self,
        observed: Observations,
        rows: torch.Tensor,
        targets: torch.Tensor,
        queries: torch.Tensor,  # noqa: ARG002
    ) -> Posterior:
        model = OnTable(self._model, self._features, observed.max_resource)
        return TablePosterior(model, self._settings.jitter, rows, targets, self.algebra)

    def _inputs(
        self,
        observed: Observations,  # noqa: ARG002
        configurations: Integers,
        resources: Integers,
        seen: Integers,  # noqa: ARG002
    ) -> tuple[torch.Tensor, torch.Tensor]:
        rows = torch.from_numpy(np.stack([configurations, resources], axis=1).astype(np.float64))
        return rows, rows[:, :0]
