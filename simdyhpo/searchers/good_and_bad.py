"""BOHB's choice of a new configuration: where good ones are dense and bad ones are not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.decisions import Reason, Reported, ScheduleDecision, Start
from simdyhpo.hyperparameters.space import Space
from simdyhpo.protocols import Place, Problem
from simdyhpo.searchers.choosing import Choosing, ValuesByResource
from simdyhpo.searchers.density import Density

Floats = npt.NDArray[np.float64]
_TINY = 1e-32

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Percent = Annotated[float, msgspec.Meta(gt=0, lt=100)]
Count = Annotated[int, msgspec.Meta(ge=1)]
Positive = Annotated[float, msgspec.Meta(gt=0)]


class DensitySettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the density model.

    Attributes:
        random_fraction: the share of new configurations that are drawn at random all the same.
        top_n_percent: how many of a resource's configurations are good.
        min_points: how many good and bad ones there are at least; by default one more than hyperparameters.
            The model needs as many values as both together.
        num_samples: so many points are drawn from the good density and compared.
        bandwidth_factor: of numbers, they are drawn from kernels that are wider by this factor.
        min_bandwidth: of the kernels, where the space is the unit cube.
    """

    random_fraction: Share = 1 / 3
    top_n_percent: Percent = 15.0
    min_points: Count | None = None
    num_samples: Count = 64
    bandwidth_factor: Positive = 3.0
    min_bandwidth: Positive = 1e-3


DENSITY = DensitySettings()
"""The defaults, of whatever scheduler has this model."""


class DensityChooser(Choosing):
    """Draws points around good configurations and takes the one with the largest ratio l / g.

    l is the density of the good configurations, g that of the bad ones, at the largest resource with enough
    values. The point stands for the nearest configuration left. Values that are not finite are the worst.

    Source: Falkner, Klein, Hutter (2018), section 3.2, and the authors' code: see docs/schedulers.md.
    """

    def __init__(self, problem: Problem, settings: DensitySettings) -> None:
        super().__init__(problem)
        self._settings = settings
        self._space = Space(problem.candidates.configurations)
        self._coins = problem.streams.uniforms("bohb-random")
        self._least = settings.min_points or len(self._space.dimensions) + 1
        self._values = ValuesByResource(problem, 2 * self._least)
        self._model: tuple[Density, Density] | None = None

    def diagnostics(self) -> Mapping[str, int | float]:
        """At which resource the model is now; 0: there is none."""
        return {"model_resource": self._values.resource}

    def _hear(self, event: Reported) -> None:
        """A higher resource takes over as soon as it has enough."""
        if self._values.add(event):
            self._model = None

    def _propose(self, place: Place) -> Start | None:
        index = self.starts.started
        unused = self._problem.candidates.unused()
        ready = self._values.resource and unused.size
        if not ready or self._coins[index] < self._settings.random_fraction:
            return self.starts.random(place)
        good, bad = self._densities()
        generator = self._problem.streams.generator(f"bohb-samples/{index}")
        points = good.sample(self._settings.num_samples, self._settings.bandwidth_factor, generator)
        ratios = np.log(np.maximum(good(points), _TINY)) - np.log(np.maximum(bad(points), _TINY))
        best = int(np.argmax(ratios))
        configuration, _ = self._space.nearest(points[best], unused)
        reason = Reason(score=float(ratios[best]), new_scored=len(points))
        return Start(configuration, place.level, ScheduleDecision.START_MODEL, reason)

    def _densities(self) -> tuple[Density, Density]:
        """Of good and of bad configurations at the model's resource."""
        if self._model is None:
            configurations, values = self._values.there()
            good, bad = split(values, self._settings.top_n_percent, self._least)
            points = self._space.coordinates[configurations]
            self._model = (
                Density(self._space.dimensions, points[good], self._settings.min_bandwidth),
                Density(self._space.dimensions, points[bad], self._settings.min_bandwidth),
            )
        return self._model


def split(values: Floats, percent: float, least: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Places of the good and of the bad among n values, lower is better; the earlier of equals is better.

    `percent` of them are good, and the rest of a hundred bad, both rounded down, but at least `least`. So the
    very worst can be neither, as in the authors' code.

    Args:
        values: at least twice `least`.
        percent: how many are good.
        least: see above.
    """
    order = np.argsort(values, kind="stable")
    good = max(least, int(percent * len(values) / 100))
    bad = max(least, int((100 - percent) * len(values) / 100))
    return order[:good], order[good : good + bad]
