"""BORE's choice of a new configuration: the one that a classifier takes for good most surely."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.decisions import Reported, ScheduleDecision, Start
from simdyhpo.protocols import Place, Problem
from simdyhpo.searchers.choosing import Choosing, ValuesByResource, best_of
from simdyhpo.surrogates.boosted_trees import Boosting, Logistic, boosted, in_bins

Floats = npt.NDArray[np.float64]


class ClassifierSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the classifier, and of who is asked; see `BOREOptions`."""

    initial_random: int
    random_fraction: float
    candidates: int | None
    good_fraction: float
    resource_threshold: int | None
    trees: int
    depth: int
    learning_rate: float

    @property
    def boosting(self) -> Boosting:
        """How the classifier's trees are grown."""
        return Boosting(trees=self.trees, depth=self.depth, rate=self.learning_rate, weight=1, shrinkage=1)


class ClassifierChooser(Choosing):
    """Of candidates drawn at random, the one that most likely is good.

    Good is the best share of what was seen at the largest resource with enough values. The probability that
    a classifier gives is, by Bayes' rule, a rising function of the ratio of both densities, which need not
    be estimated for themselves. Values that are not finite are never good.

    Source: Tiao, Klein, Seeger, Bonilla, Archambeau, Ramos (2021), section 3.
    """

    def __init__(self, problem: Problem, settings: ClassifierSettings) -> None:
        super().__init__(problem)
        self._settings = settings
        self._codes = in_bins(problem.candidates.features)
        self._coins = problem.streams.uniforms("bore-random")
        hyperparameters = len(problem.candidates.configurations.hyperparameters)
        self._values = ValuesByResource(problem, settings.resource_threshold or 2 * hyperparameters + 2)
        self._odds: Floats | None = None
        """Of every configuration, once the model was asked."""

    def diagnostics(self) -> Mapping[str, int | float]:
        """At which resource the model is now; 0: there is none."""
        return {"model_resource": self._values.resource}

    def _hear(self, event: Reported) -> None:
        """A higher resource takes over as soon as it has enough."""
        if self._values.add(event):
            self._odds = None

    def _propose(self, place: Place) -> Start | None:
        index, settings = self.starts.started, self._settings
        unused = self._problem.candidates.unused()
        ready = self._values.resource and index >= settings.initial_random and unused.size
        if not ready or self._coins[index] < settings.random_fraction:
            return self.starts.random(place)
        odds = self._all_odds()
        if odds is None:
            return self.starts.random(place)
        # Trees give many candidates the same odds: the first of equals is then one of them at random.
        drawn = self._problem.streams.generator(f"bore-candidates/{index}").permutation(unused)
        drawn = drawn[: settings.candidates]
        best, reason = best_of(odds[drawn])
        return Start(int(drawn[best]), place.level, ScheduleDecision.START_MODEL, reason)

    def _all_odds(self) -> Floats | None:
        """Log odds of every configuration to be good; None where nothing seen was finite."""
        if self._odds is None:
            configurations, values = self._values.there()
            good = good_ones(values, self._settings.good_fraction)
            if not good.any():
                return None
            self._odds = boosted(Logistic(good), self._codes, configurations, self._settings.boosting)[0]
        return self._odds


def good_ones(values: Floats, fraction: float) -> npt.NDArray[np.bool_]:
    """Which of m values are good, (m,): the best `fraction`, rounded down, but at least one.

    Lower is better, and the earlier of equals is. What is infinite is never good, and something isn't good.
    """
    count = min(max(int(fraction * len(values)), 1), len(values) - 1)
    good = np.zeros(len(values), dtype=bool)
    good[np.argsort(values, kind="stable")[:count]] = True
    result: npt.NDArray[np.bool_] = good & np.isfinite(values)
    return result
