"""Conformal quantile regression's choice of a new configuration: the lowest of quantiles drawn at random."""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.decisions import Reported, ScheduleDecision, Start
from simdyhpo.protocols import Place, Problem
from simdyhpo.searchers.choosing import Choosing, best_of, lower_is_better
from simdyhpo.surrogates.boosted_trees import Boosting, Pinball, boosted, in_bins
from simdyhpo.surrogates.targets import Scaling

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class QuantileSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the regression, and of who is asked; see `CQROptions`."""

    initial_random: int
    candidates: int | None
    quantiles: int
    held_out: float
    least_to_correct: int
    refit_growth: float
    trees: int
    depth: int
    learning_rate: float

    @property
    def boosting(self) -> Boosting:
        """How a quantile's trees are grown."""
        return Boosting(trees=self.trees, depth=self.depth, rate=self.learning_rate, weight=1, shrinkage=0)


class QuantileChooser(Choosing):
    """Of candidates drawn at random, the one whose randomly drawn quantile is the lowest.

    Quantiles of a configuration's value are predicted from hyperparameters alone; learnt from the last value
    of each trial, whatever its resource. Rows that were held out say how much wider or narrower each pair of
    opposite quantiles must be. A trial that diverged counts as the worst.

    The model is made anew whenever reports have grown by a share, of what was known then: asking changes
    nothing.

    Source: Salinas, Golebiowski, Klein, Seeger, Archambeau (2023), sections 3 and 4.
    """

    def __init__(self, problem: Problem, settings: QuantileSettings) -> None:
        super().__init__(problem)
        self._settings = settings
        self._codes = in_bins(problem.candidates.features)
        self._levels = np.arange(1, settings.quantiles + 1) / (settings.quantiles + 1)
        self._last: dict[int, tuple[int, float]] = {}
        """By trial: its configuration, and its last value, lower is better."""
        self._reports = self._fits = 0
        self._due = 1
        """At how many reports the next model is made."""
        self._rows: list[tuple[int, float]] = []
        """What the present model knows."""
        self._predicted: Floats | None = None
        """(q, n) quantiles of all configurations, once it was asked."""

    def diagnostics(self) -> Mapping[str, int | float]:
        """How many models there were, asked or not."""
        return {"refits": self._fits}

    def _hear(self, event: Reported) -> None:
        self._last[event.trial] = (event.configuration, lower_is_better(self._problem, event.values[-1]))
        self._reports += 1
        if self._reports >= self._due:
            self._due = max(self._reports + 1, math.ceil(self._reports * (1 + self._settings.refit_growth)))
            self._rows, self._predicted = list(self._last.values()), None
            self._fits += 1

    def _propose(self, place: Place) -> Start | None:
        index, settings = self.starts.started, self._settings
        unused = self._problem.candidates.unused()
        ready = any(math.isfinite(value) for _, value in self._rows)
        if not ready or index < settings.initial_random or not unused.size:
            return self.starts.random(place)
        generator = self._problem.streams.generator(f"cqr-candidates/{index}")
        drawn = generator.permutation(unused)[: settings.candidates]
        which = generator.integers(settings.quantiles, size=len(drawn))
        best, reason = best_of(-self._quantiles()[which, drawn])
        return Start(int(drawn[best]), place.level, ScheduleDecision.START_MODEL, reason)

    def _quantiles(self) -> Floats:
        """(q, n) of all configurations."""
        if self._predicted is None:
            configurations = np.array([configuration for configuration, _ in self._rows], dtype=np.int64)
            values = np.array([value for _, value in self._rows])
            scaling = Scaling.of(values[np.isfinite(values)])
            targets = scaling.apply(values)
            found = self._regressed(configurations, targets)
            self._predicted = scaling.centre + scaling.scale * found
        return self._predicted

    def _regressed(self, rows: Integers, targets: Floats) -> Floats:
        """Quantiles of the targets, (q, n); corrected if there are enough rows to hold some out."""
        settings, m = self._settings, len(rows)
        held = 0
        if m >= settings.least_to_correct:
            held = math.ceil(settings.held_out * m)
        order = self._problem.streams.generator(f"cqr-rows/{self._fits}").permutation(m)
        out, kept = order[:held], order[held:]
        loss = Pinball(targets[kept], self._levels)
        predicted = boosted(loss, self._codes, rows[kept], settings.boosting)
        if held:
            predicted += corrections(predicted[:, rows[out]], targets[out], self._levels)[:, None]
        return predicted


def corrections(predicted: Floats, seen: Floats, levels: Floats) -> Floats:
    """What to add to each quantile so that opposite ones hold their share of values, (q,).

    Of a pair at levels a and 1 - a, a row's error is how far it lies outside, or minus how far inside. Both
    move outwards by the k-th smallest of the errors of m rows, k = ceil((m + 1) (1 - 2 a)), or by the largest
    if k is more than m. The median stays, if there is one.

    Args:
        predicted: (q, m) of rows that didn't train.
        seen: (m,) their values.
        levels: (q,) rising, symmetric around 1/2.

    Source: Romano, Patterson, Candes (2019), "Conformalized Quantile Regression", theorem 1.
    """
    m = len(seen)
    result: Floats = np.zeros(len(levels))
    for low in range(len(levels) // 2):
        high = len(levels) - 1 - low
        errors = np.sort(np.maximum(predicted[low] - seen, seen - predicted[high]))
        place = math.ceil((m + 1) * (1 - 2 * float(levels[low])) - 1e-9)
        error = errors[min(place, m) - 1]
        result[low], result[high] = -error, error
    return result
