"""The Gaussian process of learning curves for a scheduler that asks for the best two alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from simdyhpo.surrogates.acquisition import log_probability_below
from simdyhpo.surrogates.algebra import TORCHS
from simdyhpo.surrogates.on_table import TableDecaySurrogate
from simdyhpo.surrogates.roots import root
from simdyhpo.surrogates.table_posterior import TablePosterior
from simdyhpo.surrogates.threads import one_thread

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_AT_ONCE = 32
"""So many candidates are worked out to the end together."""


class FreezeThawSurrogate(TableDecaySurrogate):
    """`TableDecaySurrogate`, asked for the likeliest two."""

    algebra = TORCHS

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
