"""Gaussian process surrogates, made fast: rare refits, and in between a posterior that is extended.

What departs from the paper's training is a named setting (`simdyhpo.surrogates.settings`).
"""

from __future__ import annotations

import abc
import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from simdyhpo.protocols import Observations
from simdyhpo.streams import Streams
from simdyhpo.surrogates.inputs import inputs_of
from simdyhpo.surrogates.models import DecayGP, DeepKernelGP, Model
from simdyhpo.surrogates.posterior import Posterior
from simdyhpo.surrogates.roots import root
from simdyhpo.surrogates.settings import DeepKernelSettings, GaussianProcessSettings
from simdyhpo.surrogates.targets import Scaling
from simdyhpo.surrogates.threads import one_thread
from simdyhpo.surrogates.training import train

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Point = tuple[int, int, int]
"""What a row's features come from: a configuration, a resource, and how many values of its curve are seen."""

_FIRST_REFIT = 2
"""Batch normalisation needs two rows."""


class GaussianProcessSurrogate(abc.ABC):
    """Predicts any configuration at any resource from all values observed so far.

    Refit j uses exactly the first n_j observations, and n_j follows from the sequence of observations alone
    (`GaussianProcessSettings.refit`). So parameters don't depend on when predictions are asked for. Between
    refits targets keep the scaling of the last one.

    Pending observations are hallucinated at their posterior mean (see `Posterior`).
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
        # What each configuration was last asked at, and how much of its curve was seen then; the same of the
        # posterior's queries.
        self._asked: Integers = np.zeros((0, 2), dtype=np.int64)
        self._queried: Integers = np.zeros((0, 2), dtype=np.int64)
        self._waiting: list[Point] = []
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
            mean, variance = self._posterior_at(observed, configurations, resources)
            if self._settings.noise_in_deviation:
                variance = variance + self._model.noise()
            centre, scale = self._scaling.centre, self._scaling.scale
            return (centre + scale * mean).numpy(), (scale * root(variance)).numpy()

    def diagnostics(self) -> Mapping[str, int | float]:
        """Refits, those that failed, and how often a matrix needed more jitter."""
        late = 0 if self._posterior is None else self._posterior.jitters
        return self._counts | {"jitters": self._counts["jitters"] + late}

    def _posterior_at(
        self, observed: Observations, configurations: Integers, resources: Integers
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Posterior mean and variance of the targets, (q,) each: all configurations' queries are kept."""
        again = np.ones(len(configurations), dtype=bool)
        again[np.unique(configurations, return_index=True)[1]] = False
        self._ask(observed, configurations[~again], resources[~again])
        posterior = self._up_to_date(observed)
        mean, variance = (all_of[torch.from_numpy(configurations)] for all_of in posterior.predict())
        if again.any():  # with replacement: paused and to be started anew, or paused twice
            which = torch.from_numpy(again)
            queries = self._queries(observed, configurations[again], resources[again])
            mean[which], variance[which] = posterior.predict_at(queries)
        return mean, variance

    def _begin(self, observed: Observations) -> None:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self._weights_seed)
            self._model = self.new_model(observed.features.shape[1]).double().eval()
        self._asked = np.zeros((len(observed.features), 2), dtype=np.int64)

    def _ask(self, observed: Observations, configurations: Integers, resources: Integers) -> None:
        """Note what is asked now."""
        self._asked[configurations, 0] = resources
        self._asked[configurations, 1] = observed.lengths[configurations]

    def _up_to_date(self, observed: Observations) -> Posterior:
        """The posterior given all observations, for the queries as asked now; what is pending waits."""
        posterior = self._conditioned(observed)
        self._await(posterior, observed)
        changed = np.flatnonzero((self._queried != self._asked[: len(self._queried)]).any(axis=1))
        if changed.size:
            self._queried[changed] = self._asked[changed]
            features = self._queries(observed, changed, self._asked[changed, 0])
            posterior.change_queries(torch.from_numpy(changed), features)
        return posterior

    def _conditioned(self, observed: Observations) -> Posterior:
        """The posterior given all observations: extended if parameters stay, else made anew."""
        posterior = self._posterior
        stale = posterior is None
        while (due := self._due(observed)) is not None:
            self._refit(observed, due)
            stale = True
        if posterior is None or stale:
            return self._condition(observed)
        for row in range(posterior.count, len(observed.values)):
            self._take_in(posterior, observed, row)
        return posterior

    def _condition(self, observed: Observations) -> Posterior:
        if self._posterior is not None:
            self._counts["jitters"] += self._posterior.jitters
        rows, everything = np.arange(len(observed.values)), self._kept(observed)
        self._queried, self._waiting = self._asked[everything], []
        self._posterior = self._new_posterior(
            observed,
            self._rows(observed, rows),
            self._targets(observed, rows),
            self._queries(observed, everything, self._asked[everything, 0]),
        )
        return self._posterior

    def _new_posterior(
        self,
        observed: Observations,  # noqa: ARG002
        rows: torch.Tensor,
        targets: torch.Tensor,
        queries: torch.Tensor,
    ) -> Posterior:
        """See `Posterior`."""
        return Posterior(self._model, self._settings.jitter, rows, targets, queries)

    def _take_in(self, posterior: Posterior, observed: Observations, row: int) -> None:
        """Condition on one more observation: often it was waited for."""
        resource = int(observed.resources[row])
        point = (int(observed.configurations[row]), resource, resource - 1)
        if point not in self._waiting:
            self._expect(posterior, observed, [point])
        place = self._waiting.index(point)
        posterior.observe(place, self._targets(observed, np.array([row]))[0])
        self._remove(place)

    def _await(self, posterior: Posterior, observed: Observations) -> None:
        """Let the posterior wait for what is pending, and for nothing else."""
        configurations = observed.pending_configurations
        columns = (configurations, observed.pending_resources, observed.lengths[configurations])
        missing = Counter(zip(*(column.tolist() for column in columns), strict=True))
        for place in reversed(range(len(self._waiting))):
            point = self._waiting[place]
            if missing[point]:
                missing[point] -= 1
            else:
                posterior.forget(place)
                self._remove(place)
        if new := list(missing.elements()):
            self._expect(posterior, observed, new)

    def _expect(self, posterior: Posterior, observed: Observations, points: list[Point]) -> None:
        """Wait for points: what was asked of a configuration often is what it runs to next."""
        which, resources, seen = np.array(points, dtype=np.int64).T
        known = len(self._queried)
        if known and (self._queried[which] == np.stack([resources, seen], axis=1)).all():
            posterior.expect_queries(torch.from_numpy(which))
        else:
            inputs = self._inputs(observed, which, resources, seen)
            posterior.expect(self._model.features(*inputs))
        self._waiting.extend(points)

    def _remove(self, place: int) -> None:
        """As the posterior does: the last one takes the place of one that leaves."""
        last = self._waiting.pop()
        if place < len(self._waiting):
            self._waiting[place] = last

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
        self._counts["refits"] += 1
        self._counts["failed_refits"] += not self._train(observed, rows)
        self._refitted_at = count

    def _train(self, observed: Observations, rows: Integers) -> bool:
        """On these observations; whether it went well."""
        settings = self._settings
        return train(
            self._model,
            *self._row_inputs(observed, rows),
            self._targets(observed, rows),
            learning_rate=settings.learning_rate,
            steps=settings.steps,
            jitter=settings.jitter,
        )

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
        curves = self._scaling if self.curve_branch else None
        return inputs_of(observed, configurations, resources, seen, curves)


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

    def new_model(self, inputs: int) -> Model:
        """A model whose parameters are at their initial values."""
        return DecayGP(inputs)

    def _kept(self, observed: Observations) -> Integers:  # noqa: ARG002
        return np.zeros(0, dtype=np.int64)

    def _posterior_at(
        self, observed: Observations, configurations: Integers, resources: Integers
    ) -> tuple[torch.Tensor, torch.Tensor]:
        posterior = self._up_to_date(observed)
        return posterior.predict_at(self._queries(observed, configurations, resources))
