"""The Gaussian process of learning curves, made fast for a scheduler that asks for the best two alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from simdyhpo.protocols import Observations
from simdyhpo.surrogates.acquisition import log_probability_below
from simdyhpo.surrogates.decay_gradient import DecayGradient
from simdyhpo.surrogates.gaussian_process import DecaySurrogate
from simdyhpo.surrogates.models import DecayGP
from simdyhpo.surrogates.posterior import Posterior
from simdyhpo.surrogates.roots import root
from simdyhpo.surrogates.table_posterior import TablePosterior
from simdyhpo.surrogates.table_prior import TablePrior
from simdyhpo.surrogates.threads import one_thread
from simdyhpo.surrogates.training import descend

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_AT_ONCE = 32
"""So many candidates are worked out to the end together."""


class _OnTable:
    """A `Model` whose rows are (configuration, resource), at a model's present parameters."""

    def __init__(self, model: DecayGP, features: torch.Tensor, largest: int) -> None:
        self._model, self._features, self._largest = model, features, largest

    def features(self, inputs: torch.Tensor, curves: torch.Tensor) -> torch.Tensor:  # noqa: ARG002
        return inputs

    def prior(self) -> TablePrior:
        return TablePrior.of(self._model, self._features, self._largest)

    def noise(self) -> torch.Tensor:
        return self._model.noise()

    def scale(self) -> torch.Tensor:
        return self._model.scale()


class FreezeThawSurrogate(DecaySurrogate):
    """`DecaySurrogate`, quicker since resources are whole and configurations come again: the same numbers."""

    _features: torch.Tensor
    """(n, d) of all configurations."""

    def likeliest(
        self, configurations: Integers, resources: Integers, threshold: float
    ) -> tuple[Floats, Floats, Floats]:
        """Mean, deviation, and log probability of a value below the threshold, (q,) each.

        Where a candidate can't be among the two likeliest, its deviation is an upper bound. So is its
        probability, which is smaller than those of the two; theirs, and all means, are what they are.

        Args:
            configurations, resources: (q,).
            threshold: lower is better.
        """
        observed = self._observations
        assert observed is not None, "fit comes first"
        with one_thread(), torch.no_grad():
            if self._model is None:
                self._begin(observed)
            posterior = self._up_to_date(observed)
            assert isinstance(posterior, TablePosterior)
            queries = self._queries(observed, configurations, resources)
            mean, variance = posterior.at_most(queries)
            means = (self._scaling.centre + self._scaling.scale * mean).numpy()
            known = np.zeros(len(configurations), dtype=bool)
            while True:
                deviations = self._deviations(variance)
                scores = log_probability_below(means, deviations, threshold)
                # Where the mean is below the threshold already, a smaller deviation would be likelier.
                scores[~known & (means < threshold)] = 0.0
                least = np.partition(scores[known], -2)[-2] if known.sum() > 1 else -np.inf
                open_ones = np.flatnonzero(~known & (scores >= least))
                if not open_ones.size:
                    return means, deviations, scores
                next_ones = open_ones[np.argsort(-scores[open_ones], kind="stable")[:_AT_ONCE]]
                which = torch.from_numpy(next_ones)
                variance[which] = posterior.predict_at(queries[which])[1]
                known[next_ones] = True

    def _deviations(self, variance: torch.Tensor) -> Floats:
        if self._settings.noise_in_deviation:
            variance = variance + self._model.noise()
        deviations: Floats = (self._scaling.scale * root(variance)).numpy()
        return deviations

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
        )
        return descend(self._model, gradient, self._settings.learning_rate, self._settings.steps)

    def _new_posterior(
        self,
        observed: Observations,
        rows: torch.Tensor,
        targets: torch.Tensor,
        queries: torch.Tensor,  # noqa: ARG002
    ) -> Posterior:
        model = _OnTable(self._model, self._features, observed.max_resource)
        return TablePosterior(model, self._settings.jitter, rows, targets)

    def _inputs(
        self,
        observed: Observations,  # noqa: ARG002
        configurations: Integers,
        resources: Integers,
        seen: Integers,  # noqa: ARG002
    ) -> tuple[torch.Tensor, torch.Tensor]:
        rows = torch.from_numpy(np.stack([configurations, resources], axis=1).astype(np.float64))
        return rows, rows[:, :0]
