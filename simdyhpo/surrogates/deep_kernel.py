"""The deep-kernel surrogate, made fast: parameters change at rare refits, in between the posterior is extended.

Departures from the paper are named settings, see `DeepKernelSettings` and the documentation.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch

from simdyhpo.protocols import Observations
from simdyhpo.streams import Streams
from simdyhpo.surrogates.model import DeepKernelGP
from simdyhpo.surrogates.network import padded
from simdyhpo.surrogates.posterior import Posterior
from simdyhpo.surrogates.settings import DeepKernelSettings
from simdyhpo.surrogates.targets import Scaling
from simdyhpo.surrogates.threads import one_thread

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_FIRST_REFIT = 2
"""Batch normalisation needs two rows."""


class DeepKernelSurrogate:
    """Predicts any configuration at any resource from all values observed so far.

    Refit j uses exactly the first n_j observations, where n_(j+1) is the first number that exceeds n_j by
    the stated share. So parameters are a function of the sequence of observations alone, whenever
    predictions are asked for. Between refits targets keep the scaling of the last one.

    Pending observations are hallucinated at their posterior mean (see `Posterior.predict`).
    """

    def __init__(self, settings: DeepKernelSettings, streams: Streams) -> None:
        """Make an unfitted surrogate; its random weights come from the stream `surrogate`."""
        self._settings = settings
        self._weights = streams.generator(f"surrogate-weights/{settings.seed}")
        self._subsets = streams.generator(f"surrogate-rows/{settings.seed}")
        self._model: DeepKernelGP | None = None
        self._posterior: Posterior | None = None
        self._scaling = Scaling()
        self._next_refit = _FIRST_REFIT
        self._observations: Observations | None = None
        self._asked: Integers = np.zeros(0, dtype=np.int64)
        self._seen: Integers = np.zeros(0, dtype=np.int64)
        self._counts = {"refits": 0, "failed_refits": 0, "training_steps": 0, "jitters": 0}

    def fit(self, observations: Observations) -> None:
        """Take in the observations; the work is done when predictions are asked for."""
        self._observations = observations

    def predict(self, configurations: Integers, resources: Integers) -> tuple[Floats, Floats]:
        """Mean and deviation, (q,) each, of configurations (q,) at resources (q,); lower is better.

        Predictions of a configuration that was asked for at the same resource before, and has no new
        values, are kept up to date instead of computed anew.
        """
        assert self._observations is not None, "fit comes first"
        with one_thread(), torch.no_grad():
            return self._predict(self._observations, configurations, resources)

    def diagnostics(self) -> Mapping[str, int | float]:
        """Refits, those that failed, Adam steps, and how often a matrix needed more jitter."""
        return dict(self._counts)

    def _predict(
        self, observed: Observations, configurations: Integers, resources: Integers
    ) -> tuple[Floats, Floats]:
        if self._model is None:
            self._model = self._new_model(observed)
            self._asked = np.zeros(len(observed.features), dtype=np.int64)
            self._seen = np.full(len(observed.features), -1, dtype=np.int64)
        stale = (self._asked[configurations] != resources) | (
            self._seen[configurations] != observed.lengths[configurations]
        )
        changed = configurations[stale]
        self._asked[changed], self._seen[changed] = resources[stale], observed.lengths[changed]
        posterior = self._posterior
        if posterior is None or self._next_refit <= len(observed.values):
            posterior = self._refit_and_condition(observed)
        else:
            new = np.arange(posterior.count, len(observed.values))
            if new.size:
                targets = self._targets(observed.values[new])
                for row, target in zip(self._row_features(observed, new), targets, strict=True):
                    posterior.append(row, target)
            if changed.size:
                features = self._query_features(observed, changed, self._asked[changed])
                posterior.change_queries(torch.from_numpy(changed), features)
        pending = self._query_features(observed, observed.pending_configurations, observed.pending_resources)
        mean, variance = posterior.predict(pending)
        if self._settings.noise_in_deviation:
            variance = variance + self._noise
        scale = self._scaling.scale
        wanted = torch.from_numpy(configurations)
        return (
            (self._scaling.centre + scale * mean[wanted]).numpy(),
            (scale * variance[wanted].sqrt()).numpy(),
        )

    def _new_model(self, observed: Observations) -> DeepKernelGP:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(self._weights.integers(2**31)))
            model = DeepKernelGP(observed.features.shape[1], curve_branch=self._settings.curve_branch)
        return model.double().eval()

    def _refit_and_condition(self, observed: Observations) -> Posterior:
        """Catch up with all refits that are due, then condition on everything."""
        while self._next_refit <= len(observed.values):
            count = self._next_refit
            if self._settings.standardise:
                self._scaling = Scaling.of(observed.values[:count])
            self._refit(observed, count)
            self._next_refit = max(count + 1, math.ceil(count * (1 + self._settings.refit_growth)))
        model = self._model
        assert model is not None
        self._noise = float(model.likelihood.noise)
        posterior = Posterior(
            model.covariance,
            scale=float(model.covar_module.outputscale),
            noise=self._noise,
            constant=float(model.mean_module.constant),
            jitter=self._settings.jitter,
        )
        everything = np.arange(len(observed.features))
        posterior.condition(
            self._row_features(observed, np.arange(len(observed.values))),
            self._targets(observed.values),
            self._query_features(observed, everything, self._asked),
        )
        self._counts["jitters"] += posterior.jitters
        self._posterior = posterior
        return posterior

    def _refit(self, observed: Observations, count: int) -> None:
        """Train on the first `count` observations; parameters stay as they were if that fails."""
        model, settings = self._model, self._settings
        assert model is not None
        before = copy.deepcopy(model.state_dict())
        rows = np.arange(count)
        if settings.training_rows is not None and settings.training_rows < count:
            rows = np.sort(self._subsets.choice(count, settings.training_rows, replace=False))
        inputs, curves = self._row_inputs(observed, rows)
        targets = self._targets(observed.values[rows])
        self._counts["refits"] += 1
        model.train()
        optimiser = torch.optim.Adam(model.parameters(), lr=settings.learning_rate)
        try:
            with torch.enable_grad():
                for _ in range(settings.steps):
                    optimiser.zero_grad()
                    features = model.network(inputs, curves)
                    loss, _ = model.negative_log_likelihood(features, targets, settings.jitter)
                    loss.backward()
                    optimiser.step()
                    self._counts["training_steps"] += 1
            if not all(bool(torch.isfinite(parameter).all()) for parameter in model.parameters()):
                raise ArithmeticError("parameters are not finite")
        except ArithmeticError:
            self._counts["failed_refits"] += 1
            model.load_state_dict(before)
        model.eval()

    def _targets(self, values: Floats) -> torch.Tensor:
        return torch.from_numpy(self._scaling.apply(values))

    def _row_inputs(self, observed: Observations, rows: Integers) -> tuple[torch.Tensor, torch.Tensor]:
        """What the network sees of observations: resource b sees the curve up to b - 1."""
        configurations, resources = observed.configurations[rows], observed.resources[rows]
        return self._inputs(observed, configurations, resources, resources - 1)

    def _row_features(self, observed: Observations, rows: Integers) -> torch.Tensor:
        assert self._model is not None
        features: torch.Tensor = self._model.network(*self._row_inputs(observed, rows))
        return features

    def _query_features(
        self, observed: Observations, configurations: Integers, resources: Integers
    ) -> torch.Tensor:
        """Features of queries, which see all that was observed of their configuration."""
        assert self._model is not None
        seen = observed.lengths[configurations]
        features: torch.Tensor = self._model.network(*self._inputs(observed, configurations, resources, seen))
        return features

    def _inputs(
        self, observed: Observations, configurations: Integers, resources: Integers, seen: Integers
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The network's inputs: (m, d + 1), and curves (m, R) of which the first `seen` values show."""
        share = resources[:, None] / observed.max_resource
        inputs = np.concatenate([observed.features[configurations], share], axis=1)
        if not self._settings.curve_branch:
            return torch.from_numpy(inputs), torch.zeros((len(inputs), 0), dtype=torch.float64)
        curves = self._scaling.apply(observed.curves[configurations])
        shown = np.arange(curves.shape[1])[None, :] < seen[:, None]
        curves = np.where(shown & np.isfinite(curves), curves, 0.0)
        return torch.from_numpy(inputs), padded(torch.from_numpy(curves))
