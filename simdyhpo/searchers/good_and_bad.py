"""BOHB's choice of a new configuration: where good ones are dense and bad ones are not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.decisions import Event, Reason, Reported, ScheduleDecision, Start
from simdyhpo.hyperparameters.space import Space
from simdyhpo.protocols import Place, Problem
from simdyhpo.searchers.density import Density
from simdyhpo.searchers.starts import Starts

Floats = npt.NDArray[np.float64]
_TINY = 1e-32


class DensitySettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the density model; see `BOHBOptions`."""

    random_fraction: Annotated[float, msgspec.Meta(ge=0, le=1)]
    top_n_percent: Annotated[float, msgspec.Meta(gt=0, lt=100)]
    min_points: Annotated[int, msgspec.Meta(ge=1)] | None
    num_samples: Annotated[int, msgspec.Meta(ge=1)]
    bandwidth_factor: Annotated[float, msgspec.Meta(gt=0)]
    min_bandwidth: Annotated[float, msgspec.Meta(gt=0)]


class DensityChooser:
    """Draws points around good configurations and takes the one with the largest ratio l / g.

    l is the density of the good configurations, g that of the bad ones, at the largest resource with enough
    values. The point stands for the nearest configuration left. Values that are not finite are the worst.

    Source: Falkner, Klein, Hutter (2018), section 3.2, and the authors' code: see docs/schedulers.md.

    Attributes:
        starts: counts of starts.
    """

    def __init__(self, problem: Problem, settings: DensitySettings) -> None:
        self._problem, self._settings = problem, settings
        self._space = Space(problem.candidates.configurations)
        self._sign = 1.0 if problem.mode == "min" else -1.0
        self._coins = problem.streams.uniforms("bohb-random")
        self._values: dict[int, tuple[list[int], list[float]]] = {}
        """By resource: configurations, and their values, lower is better."""
        self._model: tuple[Density, Density] | None = None
        self._level = 0
        self._answer: tuple[Place, Start | None] | None = None
        self.starts = Starts(problem)
        self._least = settings.min_points or len(self._space.dimensions) + 1

    def propose(self, place: Place) -> Start | None:
        """A random start or one that the model chose; the answer stands until the next event."""
        if self._answer is None or self._answer[0] != place:
            self._answer = (place, self._propose(place))
        return self._answer[1]

    def tell(self, event: Event) -> None:
        """Take in a report; a higher resource takes over as soon as it has enough."""
        self._answer = None
        self.starts.tell(event)
        if type(event) is Reported:
            configurations, values = self._values.setdefault(event.resource, ([], []))
            value = self._sign * event.values[-1]
            configurations.append(event.configuration)
            values.append(value if math.isfinite(value) else math.inf)
            if event.resource >= self._level and len(values) >= 2 * self._least:
                self._level, self._model = event.resource, None

    def diagnostics(self) -> Mapping[str, int | float]:
        """At which resource the model is now; 0: there is none."""
        return {"model_resource": self._level}

    def _propose(self, place: Place) -> Start | None:
        index = self.starts.started
        unused = self._problem.candidates.unused()
        if not self._level or not unused.size or self._coins[index] < self._settings.random_fraction:
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
            configurations, values = self._values[self._level]
            good, bad = split(np.array(values), self._settings.top_n_percent, self._least)
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
