"""The deep kernel with a noise for each level that it learns from its own errors."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.protocols import Observations
from simdyhpo.streams import Streams
from simdyhpo.surrogates.gaussian_process import DeepKernelSurrogate
from simdyhpo.surrogates.level_noise import LevelNoise
from simdyhpo.surrogates.posterior import Posterior
from simdyhpo.surrogates.settings import CalibratedSettings

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class CalibratedSurrogate(DeepKernelSurrogate):
    """`DeepKernelSurrogate`, whose deviations contain what values have beside the predicted function.

    Every value is predicted before it is conditioned on, under the parameters of that moment; what its error
    has beyond the predicted variance goes to its level (`LevelNoise`), and is added to each prediction there.
    Observations are taken in one by one, so that all of it is a function of them alone.
    """

    def __init__(self, settings: CalibratedSettings, streams: Streams) -> None:
        super().__init__(settings, streams)
        self._noise = LevelNoise(settings.memory, settings.cut)
        self._learnt = 0

    def predict(self, configurations: Integers, resources: Integers) -> tuple[Floats, Floats]:
        """As the base class, with the noise of the level in the deviation."""
        mean, deviation = super().predict(configurations, resources)
        return mean, np.sqrt(deviation**2 + self._noise.at(resources))

    def predict_function(self, configurations: Integers, resources: Integers) -> tuple[Floats, Floats]:
        """The same without the noise."""
        return super().predict(configurations, resources)

    def _conditioned(self, observed: Observations) -> Posterior:
        for row in range(self._learnt, len(observed.values)):
            self._learn(observed, row)
            super()._conditioned(_first(observed, row + 1))
        self._learnt = len(observed.values)
        return super()._conditioned(observed)

    def _learn(self, observed: Observations, row: int) -> None:
        """Hold the value of a row against its prediction from all before it."""
        if self._posterior is None:
            return
        rows = np.array([row])
        features = self._rows(observed, rows)
        mean, variance = self._posterior.predict_at(features, waiting=False)
        scale = self._scaling.scale
        error = float((self._targets(observed, rows) - mean)[0])
        self._noise.take(int(observed.resources[row]), error * scale, float(variance[0]) * scale**2)


def _first(observed: Observations, count: int) -> Observations:
    """The first observations; features of a row don't depend on what its curve did later."""
    return msgspec.structs.replace(
        observed,
        configurations=observed.configurations[:count],
        resources=observed.resources[:count],
        values=observed.values[:count],
    )
