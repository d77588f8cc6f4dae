"""The deep kernel as the DyHPO authors released it: GPyTorch throughout, and training at every decision.

The yardstick for speed and regret; `simdyhpo.surrogates.gaussian_process` is the same model made fast.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import gpytorch
import numpy as np
import numpy.typing as npt
import torch
from gpytorch.utils.warnings import GPInputWarning
from linear_operator.utils.errors import NanError, NotPSDError
from linear_operator.utils.warnings import NumericalWarning

from simdyhpo.errors import SimdyhpoError
from simdyhpo.protocols import Observations
from simdyhpo.streams import Streams
from simdyhpo.surrogates.adam import Adam
from simdyhpo.surrogates.models import DeepKernelGP
from simdyhpo.surrogates.network import padded
from simdyhpo.surrogates.roots import root
from simdyhpo.surrogates.settings import ReleasedSettings
from simdyhpo.surrogates.threads import one_thread

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_ALWAYS_CHOLESKY = 10**6
"""GPyTorch would leave Cholesky for conjugate gradients above 800 rows, which changes cost and numbers."""


class ReleasedSurrogate:
    """Trains on all observations before each prediction that has new ones: an update.

    The first updates, one that follows too many without an improvement, and one that met a numerical error
    start from new random weights; all others refine. Targets are the raw values, larger is better, in
    single precision. Curves are padded with zeros to the longest in the set. Predictive deviations include
    the observation noise.

    Pending trials (there are none with one worker) enter as if observed at their predicted mean, after
    training.

    Source: the authors' code for Wistuba, Kadra, Grabocka (2022). Its known faults are left out: values are
    oriented here, and a diverged configuration can't be chosen again.
    """

    def __init__(self, settings: ReleasedSettings, streams: Streams) -> None:
        """Make an unfitted surrogate; each start from scratch has a random stream of its own."""
        self._settings = settings
        self._streams = streams
        self._model: DeepKernelGP | None = None
        self._observations: Observations | None = None
        self._updated_at = -1
        self._updates = 0
        self._since_improvement = 0
        self._best = np.inf
        self._from_scratch = True
        self._counts = {"updates": 0, "from_scratch": 0, "numerical_errors": 0}

    def fit(self, observations: Observations) -> None:
        """Take in the observations; the update comes with the next prediction."""
        self._observations = observations

    def predict(self, configurations: Integers, resources: Integers) -> tuple[Floats, Floats]:
        """Mean and deviation, (q,) each, of configurations (q,) at resources (q,); lower is better.

        Raises:
            SimdyhpoError: the values are too large for this model.
        """
        observed = self._observations
        assert observed is not None, "fit comes first"
        with (
            one_thread(),
            gpytorch.settings.max_cholesky_size(_ALWAYS_CHOLESKY),
            warnings.catch_warnings(),
        ):
            # GPyTorch reports added jitter and predictions at training inputs as warnings.
            warnings.simplefilter("ignore", NumericalWarning)
            warnings.simplefilter("ignore", GPInputWarning)
            if self._updated_at != len(observed.values):
                self._update(observed)
                self._updated_at = len(observed.values)
            return self._sound_prediction(observed, configurations, resources)

    def diagnostics(self) -> Mapping[str, int | float]:
        """Updates, those from scratch, and those that met a numerical error."""
        return dict(self._counts)

    def _update(self, observed: Observations) -> None:
        settings = self._settings
        self._watch_progress(observed)
        scratch = self._from_scratch or self._model is None or self._updates < settings.scratch_updates
        self._from_scratch = False
        self._updates += 1
        self._counts["updates"] += 1
        if scratch:
            self._start_anew(observed)
        if len(observed.values) < 2:  # batch normalisation can't train on one row
            return
        try:
            self._train(observed, settings.scratch_steps if scratch else settings.refine_steps)
        except (NotPSDError, NanError, ArithmeticError):
            self._counts["numerical_errors"] += 1
            self._start_anew(observed)
            self._from_scratch = True

    def _watch_progress(self, observed: Observations) -> None:
        """Count updates without improvement; too many of them call for new weights."""
        best = observed.values.min()
        self._since_improvement = 0 if best < self._best else self._since_improvement + 1
        self._best = min(best, self._best)
        if self._since_improvement >= int(self._settings.patience * observed.max_resource):
            self._from_scratch = True
            self._since_improvement = 0

    def _start_anew(self, observed: Observations) -> None:
        number = self._counts["from_scratch"]
        self._counts["from_scratch"] = number + 1
        name = f"surrogate-weights/{self._settings.seed}/{number}"
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(self._streams.generator(name).integers(2**31)))
            self._model = DeepKernelGP(observed.features.shape[1], curve_branch=True)

    def _train(self, observed: Observations, steps: int) -> None:
        model = self._model
        assert model is not None
        inputs, curves, targets = _training_data(observed)
        model.train()
        optimiser = Adam(model.parameters(), self._settings.learning_rate)
        likelihood = gpytorch.mlls.ExactMarginalLogLikelihood(model.likelihood, model)
        for _ in range(steps):
            optimiser.zero_grad()
            features = model.network(inputs, curves)
            if not bool(torch.isfinite(features).all()):
                raise ArithmeticError("features are not finite")
            model.set_train_data(features, targets, strict=False)
            loss = -likelihood(model(features), model.train_targets)
            loss.backward()
            optimiser.step()
        if not all(bool(torch.isfinite(parameter).all()) for parameter in model.parameters()):
            raise ArithmeticError("parameters are not finite")

    def _sound_prediction(
        self, observed: Observations, configurations: Integers, resources: Integers
    ) -> tuple[Floats, Floats]:
        # New weights would not help: distances between features of such curves are lost in single precision.
        try:
            mean, deviation = self._predict(observed, configurations, resources)
            if np.isfinite(mean).all() and np.isfinite(deviation).all():
                return mean, deviation
        except (NotPSDError, NanError):
            pass
        largest = observed.values[np.abs(observed.values).argmax()]
        raise SimdyhpoError(
            "the searcher 'dyhpo-released' learns from values as they are, in single precision, and can't "
            f"predict from those of this table, which reach {abs(largest):g} in size: take the searcher "
            "'dyhpo', which scales them, or make a table with NaN where a training diverged"
        )

    @torch.no_grad()
    def _predict(
        self, observed: Observations, configurations: Integers, resources: Integers
    ) -> tuple[Floats, Floats]:
        model = self._model
        assert model is not None
        model.eval()
        inputs, curves, targets = _training_data(observed)
        rows = model.network(inputs, curves)
        queries = model.network(
            *_inputs(observed, configurations, resources, observed.lengths[configurations])
        )
        if len(observed.pending_configurations):
            which = observed.pending_configurations
            pending = model.network(
                *_inputs(observed, which, observed.pending_resources, observed.lengths[which])
            )
            model.set_train_data(rows, targets, strict=False)
            hallucinated = model(pending).mean
            rows, targets = torch.cat([rows, pending]), torch.cat([targets, hallucinated])
        model.set_train_data(rows, targets, strict=False)
        prediction = model.likelihood(model(queries))
        mean, deviation = prediction.mean, root(prediction.variance)
        return -mean.double().numpy(), deviation.double().numpy()


def _training_data(observed: Observations) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Inputs, curves and targets of all observations; larger is better."""
    inputs, curves = _inputs(observed, observed.configurations, observed.resources, observed.resources - 1)
    return inputs, curves, torch.from_numpy(-observed.values).float()


def _inputs(
    observed: Observations, configurations: Integers, resources: Integers, seen: Integers
) -> tuple[torch.Tensor, torch.Tensor]:
    share = resources[:, None] / observed.max_resource
    inputs = np.concatenate([observed.features[configurations], share], axis=1)
    longest = max(int(seen.max(initial=0)), 1)
    curves = -observed.curves[configurations, :longest]
    shown = np.arange(longest)[None, :] < seen[:, None]
    curves = np.where(shown & np.isfinite(curves), curves, 0.0)
    return torch.from_numpy(inputs).float(), padded(torch.from_numpy(curves).float())
