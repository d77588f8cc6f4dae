"""Gaussian process surrogates, made fast: rare refits, and in between a posterior that is extended.

What departs from the paper's training is a named setting (`simdyhpo.surrogates.settings`).
"""

from __future__ import annotations

import abc
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from simdyhpo.protocols import Observations
from simdyhpo.streams import Streams
from simdyhpo.surrogates.models import DecayGP, DeepKernelGP
from simdyhpo.surrogates.network import padded
from simdyhpo.surrogates.posterior import Posterior
from simdyhpo.surrogates.settings import DeepKernelSettings, GaussianProcessSettings
from simdyhpo.surrogates.targets import Scaling
from simdyhpo.surrogates.threads import one_thread
from simdyhpo.surrogates.training import train

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_FIRST_REFIT = 2
"""Batch normalisation needs two rows."""


class GaussianProcessSurrogate(abc.ABC):
    """Predicts any configuration at any resource from all values observed so far.

    Refit j uses exactly the first n_j observations, and n_j follows from the sequence of observations alone
    (`GaussianProcessSettings.refit`). So parameters don't depend on when predictions are asked for. Between
    refits targets keep the scaling of the last one.

    Pending observations are hallucinated at their posterior mean (see `Posterior.predict`).
    """

    curve_branch = False

    def __init__(self, settings: GaussianProcessSettings, streams: Streams) -> None:
        """Make an unfitted surrogate with random streams of its own."""
        self._settings = settings
        self._weights_seed = int(streams.generator(f"surrogate-weights/{settings.seed}").integers(2**31))
        self._subsets = streams.generator(f"surrogate-rows/{settings.seed}")
        self._model: Any = None  # a `Model` that is a torch module, too
        self._posterior: Posterior | None = None
        self._scaling = Scaling()
        self._refitted_at = 0
        self._scanned = 0
        self._known: set[int] = set()
        self._observations: Observations | None = None
        # What each configuration was last asked at, and how much of its curve was seen then.
        self._asked: Integers = np.zeros(0, dtype=np.int64)
        self._seen: Integers = np.zeros(0, dtype=np.int64)
        self._counts = {"refits": 0, "failed_refits": 0, "jitters": 0}

    @abc.abstractmethod
    def new_model(self, inputs: int) -> Any:  # noqa: ANN401 - a `Model` that is a torch module, too
        """An untrained model for `inputs` hyperparameter features."""

    def fit(self, observations: Observations) -> None:
        """Take in the observations; the work is done when predictions are asked for."""
        self._observations = observations

    def predict(self, configurations: Integers, resources: Integers) -> tuple[Floats, Floats]:
        """Mean and deviation, (q,) each, of configurations (q,) at resources (q,); lower is better.

        Predictions of a configuration that was asked for at the same resource before, and has no new
        values, are kept up to date instead of computed anew. One is kept for each configuration, the first of
        those that are asked for at once.
        """
        observed = self._observations
        assert observed is not None, "fit comes first"
        with one_thread(), torch.no_grad():
            if self._model is None:
                self._begin(observed)
            pending = (observed.pending_configurations, observed.pending_resources)
            mean, variance = self._posterior_at(observed, configurations, resources, pending)
            if self._settings.noise_in_deviation:
                variance = variance + self._model.noise()
            centre, scale = self._scaling.centre, self._scaling.scale
            return (centre + scale * mean).numpy(), (scale * variance.sqrt()).numpy()

    def diagnostics(self) -> Mapping[str, int | float]:
        """Refits, those that failed, and how often a matrix needed more jitter."""
        late = 0 if self._posterior is None else self._posterior.jitters
        return self._counts | {"jitters": self._counts["jitters"] + late}

    def _posterior_at(
        self,
        observed: Observations,
        configurations: Integers,
        resources: Integers,
        pending: tuple[Integers, Integers],
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Posterior mean and variance of the targets, (q,) each: all configurations' queries are kept."""
        again = np.ones(len(configurations), dtype=bool)
        again[np.unique(configurations, return_index=True)[1]] = False
        changed = self._changed(observed, configurations[~again], resources[~again])
        posterior = self._up_to_date(observed, changed)
        waiting = self._queries(observed, *pending)
        mean, variance = (all_of[torch.from_numpy(configurations)] for all_of in posterior.predict(waiting))
        if again.any():  # with replacement: paused and to be started anew, or paused twice
            queries = self._queries(observed, configurations[again], resources[again])
            which = torch.from_numpy(again)
            mean[which], variance[which] = posterior.predict_at(queries, waiting)
        return mean, variance

    def _begin(self, observed: Observations) -> None:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self._weights_seed)
            self._model = self.new_model(observed.features.shape[1]).double().eval()
        self._asked = np.zeros(len(observed.features), dtype=np.int64)
        self._seen = np.zeros(len(observed.features), dtype=np.int64)

    def _changed(self, observed: Observations, configurations: Integers, resources: Integers) -> Integers:
        """Note what is asked now; the configurations whose features that changes."""
        seen = observed.lengths[configurations]
        differs = (self._asked[configurations] != resources) | (self._seen[configurations] != seen)
        changed: Integers = configurations[differs]
        self._asked[changed], self._seen[changed] = resources[differs], seen[differs]
        return changed

    def _up_to_date(self, observed: Observations, changed: Integers) -> Posterior:
        """The posterior given all observations: extended if parameters stay, else made anew."""
        count, posterior = len(observed.values), self._posterior
        stale = posterior is None
        while (due := self._due(observed)) is not None:
            self._refit(observed, due)
            stale = True
        if posterior is None or stale:
            return self._condition(observed)
        if posterior.count < count:
            new = np.arange(posterior.count, count)
            for row, target in zip(self._rows(observed, new), self._targets(observed, new), strict=True):
                posterior.append(row, target)
        if changed.size:
            features = self._queries(observed, changed, self._asked[changed])
            posterior.change_queries(torch.from_numpy(changed), features)
        return posterior

    def _condition(self, observed: Observations) -> Posterior:
        if self._posterior is not None:
            self._counts["jitters"] += self._posterior.jitters
        rows, everything = np.arange(len(observed.values)), self._kept(observed)
        self._posterior = Posterior(
            self._model,
            self._settings.jitter,
            self._rows(observed, rows),
            self._targets(observed, rows),
            self._queries(observed, everything, self._asked[everything]),
        )
        return self._posterior

    def _kept(self, observed: Observations) -> Integers:
        """The configurations whose predictions are kept up to date."""
        return np.arange(len(observed.features))

    def _refit(self, observed: Observations, count: int) -> None:
        """Train on the first `count` observations."""
        settings = self._settings
        if settings.standardise:
            self._scaling = Scaling.of(observed.values[:count])
        rows = np.arange(count)
        if settings.training_rows is not None and settings.training_rows < count:
            rows = np.sort(self._subsets.choice(count, settings.training_rows, replace=False))
        sound = train(
            self._model,
            *self._row_inputs(observed, rows),
            self._targets(observed, rows),
            learning_rate=settings.learning_rate,
            steps=settings.steps,
            jitter=settings.jitter,
        )
        self._counts["refits"] += 1
        self._counts["failed_refits"] += not sound
        self._refitted_at = count

    def _due(self, observed: Observations) -> int | None:
        """At which number of observations the next refit is, or was, due; None if more are needed."""
        count = len(observed.values)
        if self._settings.refit == "growth":
            last = self._refitted_at
            due = max(last + 1, math.ceil(last * (1 + self._settings.refit_growth)), _FIRST_REFIT)
            return due if due <= count else None
        while self._scanned < count:
            configuration = int(observed.configurations[self._scanned])
            self._scanned += 1
            if configuration not in self._known:
                self._known.add(configuration)
                if self._scanned >= _FIRST_REFIT:
                    return self._scanned
        return None

    def _targets(self, observed: Observations, rows: Integers) -> torch.Tensor:
        return torch.from_numpy(self._scaling.apply(observed.values[rows]))

    def _rows(self, observed: Observations, rows: Integers) -> torch.Tensor:
        features: torch.Tensor = self._model.features(*self._row_inputs(observed, rows))
        return features

    def _queries(self, observed: Observations, configurations: Integers, resources: Integers) -> torch.Tensor:
        """Features of queries, which see all that was observed of their configuration."""
        seen = observed.lengths[configurations]
        features: torch.Tensor = self._model.features(
            *self._inputs(observed, configurations, resources, seen)
        )
        return features

    def _row_inputs(self, observed: Observations, rows: Integers) -> tuple[torch.Tensor, torch.Tensor]:
        """What the model sees of observations: one at resource b sees the curve up to b - 1."""
        configurations, resources = observed.configurations[rows], observed.resources[rows]
        return self._inputs(observed, configurations, resources, resources - 1)

    def _inputs(
        self, observed: Observations, configurations: Integers, resources: Integers, seen: Integers
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The model's inputs: (m, d + 1), and curves (m, R) of which the first `seen` values show."""
        share = resources[:, None] / observed.max_resource
        inputs = np.concatenate([observed.features[configurations], share], axis=1)
        if not self.curve_branch:
            return torch.from_numpy(inputs), torch.zeros((len(inputs), 0), dtype=torch.float64)
        curves = self._scaling.apply(observed.curves[configurations])
        shown = np.arange(curves.shape[1])[None, :] < seen[:, None]
        curves = np.where(shown & np.isfinite(curves), curves, 0.0)
        return torch.from_numpy(inputs), padded(torch.from_numpy(curves))


class DeepKernelSurrogate(GaussianProcessSurrogate):
    """The paper's deep kernel (see `DeepKernelGP`)."""

    def __init__(self, settings: DeepKernelSettings, streams: Streams) -> None:
        """As the base class; the settings say whether curves are read."""
        super().__init__(settings, streams)
        self.curve_branch = settings.curve_branch
        self._kernel = settings.kernel

    def new_model(self, inputs: int) -> DeepKernelGP:
        """A deep kernel with random weights."""
        return DeepKernelGP(inputs, curve_branch=self.curve_branch, kernel=self._kernel)


class DecaySurrogate(GaussianProcessSurrogate):
    """Syne Tune's variant (see `DecayGP`).

    Its searcher draws other candidates for each decision, so no predictions are kept.
    """

    def new_model(self, inputs: int) -> DecayGP:
        """A model whose parameters are at their initial values."""
        return DecayGP(inputs)

    def _kept(self, observed: Observations) -> Integers:  # noqa: ARG002
        return np.zeros(0, dtype=np.int64)

    def _posterior_at(
        self,
        observed: Observations,
        configurations: Integers,
        resources: Integers,
        pending: tuple[Integers, Integers],
    ) -> tuple[torch.Tensor, torch.Tensor]:
        posterior = self._up_to_date(observed, self._kept(observed))
        queries = self._queries(observed, configurations, resources)
        return posterior.predict_at(queries, self._queries(observed, *pending))
