"""One Gaussian process for each resource, and one prediction of all: weighted by how well each ranks.

Hyper-Tune's. A resource's weight is the probability that its process puts configurations best in the order of
their values at the largest resource with enough of them. That one's own process is judged on values that it
didn't learn from.

Source: Li, Shen, Jiang, Zhang, Li, Liu, Zhang, Cui (2022), "Hyper-Tune: Towards Efficient Hyper-parameter
Tuning at Scale", section 4; the ranking loss is that of Feurer, Letham, Bakshy (2018).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt
import torch

from simdyhpo.protocols import Observations
from simdyhpo.streams import Streams
from simdyhpo.surrogates.gaussian_process import DecaySurrogate
from simdyhpo.surrogates.models import MaternGP
from simdyhpo.surrogates.settings import EnsembleSettings
from simdyhpo.surrogates.threads import one_thread

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

_FOLDS = 5
_LEAST_WEIGHT = 0.01
"""A process that weighs less is left out, and needs no prediction."""


class LevelSurrogate(DecaySurrogate):
    """The process of one resource: Matern-5/2 over hyperparameters, with a lengthscale for each."""

    def new_model(self, inputs: int) -> MaternGP:
        """A model whose parameters are at their initial values."""
        return MaternGP(inputs)

    def standardised(self, configurations: Integers, resource: int) -> tuple[Floats, Floats]:
        """Mean and deviation, (q,) each, in units of the targets."""
        mean, deviation = self.predict(configurations, np.full_like(configurations, resource))
        return (mean - self._scaling.centre) / self._scaling.scale, deviation / self._scaling.scale

    def in_units(self, mean: Floats, deviation: Floats) -> tuple[Floats, Floats]:
        """Back from units of the targets."""
        return self._scaling.centre + self._scaling.scale * mean, self._scaling.scale * deviation

    def samples(self, at: Integers, normals: Floats, left_out: Booleans | None = None) -> Floats:
        """Joint draws (s, k) of the function at k configurations, in units of the targets.

        Args:
            at: (k,) configurations.
            normals: (s, k) standard normal numbers.
            left_out: (m,) which observations count as not made; none: all count.
        """
        observed = self._observations
        assert observed is not None, "fit comes first"
        kept = np.arange(len(observed.values)) if left_out is None else np.flatnonzero(~left_out)
        with one_thread(), torch.no_grad():
            if self._model is None:
                self._begin(observed)
            self._conditioned(observed)
            prior = self._model.prior()
            jitter = self._settings.jitter * float(self._model.scale())
            rows = prior.embedded(self._rows(observed, kept))
            queries = prior.embedded(self._queries(observed, at, np.ones_like(at)))
            factor = _factor(prior.covariance(rows, rows), float(self._model.noise()) + jitter)
            residual = self._targets(observed, kept) - prior.mean(rows)
            cross = torch.linalg.solve_triangular(factor, prior.covariance(rows, queries), upper=False)
            solved = torch.linalg.solve_triangular(factor, residual[:, None], upper=False)
            mean = prior.mean(queries) + (cross.T @ solved)[:, 0]
            left = _factor(prior.covariance(queries, queries) - cross.T @ cross, jitter)
            drawn: Floats = (mean + torch.from_numpy(normals) @ left.T).numpy()
        return drawn


class EnsembleSurrogate:
    """Predicts, for a configuration, a weighted sum of what all resources' processes predict.

    The mean is the sum of theta_r mean_r, the variance that of theta_r^2 variance_r, each in units of the
    targets of its own process; what is returned is in those of the largest resource that has a weight.
    Resources have weights once `level_values` values were observed there; until there are two such
    resources, the one with most values predicts alone, the lowest of equals.

    Weights belong to the last value at the largest such resource, and are worked out of what was known when
    it came: asking changes nothing.
    """

    def __init__(self, settings: EnsembleSettings, streams: Streams) -> None:
        """Make an unfitted surrogate with random streams of its own."""
        self._settings, self._streams = settings, streams
        self._levels: dict[int, LevelSurrogate] = {}
        self._ranked_at = 0
        """How many observations there were when the weights were worked out."""
        self._weights: dict[int, float] = {}
        """Of the processes that predict."""
        self._learnt: dict[int, float] = {}

    def fit(self, observations: Observations) -> None:
        """Take in the observations, of which there is at least one."""
        resources, counts = np.unique(observations.resources, return_counts=True)
        enough = resources[counts >= self._settings.level_values]
        if len(enough) > 1:
            last = 1 + int(np.flatnonzero(observations.resources == enough[-1])[-1])
            if last != self._ranked_at:
                self._ranked_at = last
                self._tell(observations, last)
                known = (observations.resources[:last, None] == enough).sum(axis=0)
                ranked = enough[known >= self._settings.level_values].tolist()
                self._learnt = self._ranked(_shown(observations, last, ranked[-1]), ranked)
                self._weights = _without_small_ones(self._learnt)
        else:
            self._weights = {int(resources[counts.argmax()]): 1.0}
        self._tell(observations, len(observations.values))

    def weights(self) -> Mapping[int, float]:
        """By resource, the lowest first, its weight, which may be 0; none before there are two to compare."""
        return self._learnt

    def predict(self, configurations: Integers, resources: Integers) -> tuple[Floats, Floats]:  # noqa: ARG002
        """Mean and deviation, (q,) each; the same at all resources."""
        mean, variance = np.zeros(len(configurations)), np.zeros(len(configurations))
        for resource, weight in self._weights.items():
            its_mean, its_deviation = self._levels[resource].standardised(configurations, resource)
            mean += weight * its_mean
            variance += (weight * its_deviation) ** 2
        return self._levels[max(self._weights)].in_units(mean, np.sqrt(variance))

    def diagnostics(self) -> Mapping[str, int | float]:
        """What the processes count, together."""
        total = {"refits": 0, "failed_refits": 0, "jitters": 0}
        for level in self._levels.values():
            for name, count in level.diagnostics().items():
                total[name] += int(count)
        return total

    def _tell(self, observations: Observations, count: int) -> None:
        """Let every process know its own of the first observations."""
        for resource in np.unique(observations.resources[:count]).tolist():
            if resource not in self._levels:
                self._levels[resource] = LevelSurrogate(self._settings, self._streams)
            self._levels[resource].fit(_shown(observations, count, resource))

    def _ranked(self, top: Observations, enough: Sequence[int]) -> dict[int, float]:
        """The weights of resources with enough values, given those at the largest."""
        count, m = self._settings.samples, len(top.values)
        generator = self._streams.generator(f"hyper-tune-ranking/{enough[-1]}/{m}")
        normals = generator.standard_normal((len(enough), count, m))
        losses = np.empty((len(enough), count))
        for place, resource in enumerate(enough[:-1]):
            drawn = self._levels[resource].samples(top.configurations, normals[place])
            losses[place] = misranked(drawn, top.values)
        losses[-1] = self._own_losses(top, normals[-1])
        return dict(zip(enough, best_shares(losses).tolist(), strict=True))

    def _own_losses(self, top: Observations, normals: Floats) -> Floats:
        """Losses (s,) of the largest resource's process: each part of its values is told from the others."""
        resource, m = int(top.resources[0]), len(top.values)
        folds = np.array_split(np.arange(m), max(min(_FOLDS, m // 2), 2))
        total = np.zeros(len(normals))
        for fold in folds:
            out = np.zeros(m, dtype=bool)
            out[fold] = True
            drawn = self._levels[resource].samples(top.configurations[fold], normals[:, fold], out)
            total += misranked(drawn, top.values[fold])
        return total / len(folds)


def misranked(drawn: Floats, values: Floats) -> Floats:
    """The share of pairs of k values that each draw, (s, k), puts in another order, (s,)."""
    first, second = np.triu_indices(len(values), 1)
    wrong = (drawn[:, first] < drawn[:, second]) != (values[first] < values[second])
    result: Floats = wrong.mean(axis=1) if len(first) else np.zeros(len(drawn))
    return result


def best_shares(losses: Floats) -> Floats:
    """The share of draws, of losses (l, s), in which each of l has the least, (l,); equals share a draw."""
    best = losses == losses.min(axis=0)
    result: Floats = (best / best.sum(axis=0)).mean(axis=1)
    return result


def _without_small_ones(weights: Mapping[int, float]) -> dict[int, float]:
    """Those that aren't next to nothing; they sum to 1 again."""
    kept = {resource: weight for resource, weight in weights.items() if weight > _LEAST_WEIGHT}
    return {resource: weight / sum(kept.values()) for resource, weight in kept.items()}


def _shown(observations: Observations, count: int, resource: int) -> Observations:
    """Of the first observations those at one resource, and who is on the way there."""
    mine = np.flatnonzero(observations.resources[:count] == resource)
    pending = observations.pending_resources == resource
    return msgspec.structs.replace(
        observations,
        configurations=observations.configurations[mine],
        resources=observations.resources[mine],
        values=observations.values[mine],
        pending_configurations=observations.pending_configurations[pending],
        pending_resources=observations.pending_resources[pending],
    )


def _factor(matrix: torch.Tensor, diagonal: float) -> torch.Tensor:
    """Lower factor of a covariance matrix; its diagonal is raised until there is one."""
    extra = diagonal
    while True:
        factor: torch.Tensor
        raised = matrix + extra * torch.eye(len(matrix), dtype=matrix.dtype)
        factor, trouble = torch.linalg.cholesky_ex(raised)
        if not trouble:
            return factor
        extra *= 10
