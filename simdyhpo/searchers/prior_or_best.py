"""PriorBand's choice of a new configuration: at random, where a prior says, or near the best so far."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.decisions import Reason, Reported, ScheduleDecision, Start
from simdyhpo.errors import OptionError, UnknownNameError
from simdyhpo.hyperparameters.space import Space
from simdyhpo.protocols import Place, Problem
from simdyhpo.searchers.belief import Belief
from simdyhpo.searchers.choosing import Choosing, lower_is_better

Floats = npt.NDArray[np.float64]


class PriorSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the choice; see `PriorBandOptions`."""

    prior: Mapping[str, float | str | None] | None
    confidence: float
    mutation_rate: float
    mutation_deviation: float
    reduction_factor: float


class PriorChooser(Choosing):
    """Draws a policy, then a point by it; the nearest configuration left starts.

    In a bracket whose lowest rung is the r-th from below, of all brackets' rungs, a start is random with
    probability 1 / (1 + eta^r): the more resource it gets at once, the more is asked of it. The rest is the
    prior's, until a trial has come to the largest resource, as many resources were spent as the first bracket
    takes, and some resource has eta values. From then on prior and incumbent divide it by how likely each
    makes the best one in eta at the largest such resource, the best of which counts most.

    Source: Mallik, Bergman, Hvarfner, Stoll, Janowski, Lindauer, Nardi, Hutter (2023), section 5, and the
    authors' package.
    """

    def __init__(
        self, problem: Problem, settings: PriorSettings, levels: Sequence[int], first_bracket: int
    ) -> None:
        """Take the levels of all rungs, rising, and what the first bracket takes of resources.

        Raises:
            UnknownNameError: the prior names a hyperparameter that the table doesn't have.
            OptionError: it has a category that the table doesn't have, or no number for a number.
        """
        super().__init__(problem)
        self._settings, self._levels, self._first_bracket = settings, levels, first_bracket
        self._space = Space(problem.candidates.configurations)
        self._prior = _prior(self._space, settings)
        self._coins = problem.streams.uniforms("priorband-policy")
        self._seen: dict[int, list[tuple[float, int]]] = {}
        """By resource: values, lower is better, and configurations; of finite ones."""
        self._best: tuple[float, int] | None = None
        self._spent = 0
        self._came_far = False

    def diagnostics(self) -> Mapping[str, int | float]:
        """The probabilities of each policy for a start in the lowest rung now."""
        return dict(zip(("random", "prior", "incumbent"), self.policies(self._levels[0]), strict=True))

    def policies(self, level: int) -> tuple[float, float, float]:
        """The probability of a random start, the prior's and the incumbent's, where a bracket begins.

        Without a prior, its share is random, too.
        """
        at_random = 1 / (1 + self._settings.reduction_factor ** self._levels.index(level))
        prior, incumbent = self._split()
        rest = 1 - at_random
        if not self._settings.prior:
            return at_random + rest * prior, 0.0, rest * incumbent
        return at_random, rest * prior, rest * incumbent

    def _hear(self, event: Reported) -> None:
        self._spent += len(event.values)
        value = lower_is_better(self._problem, event.values[-1])
        if not math.isfinite(value):
            return
        self._came_far |= event.resource == self._levels[-1]
        self._seen.setdefault(event.resource, []).append((value, event.configuration))
        if self._best is None or value < self._best[0]:
            self._best = (value, event.configuration)

    def _propose(self, place: Place) -> Start | None:
        index = self.starts.started
        unused = self._problem.candidates.unused()
        at_random, prior, _ = self.policies(place.level)
        coin = self._coins[index]
        if coin < at_random or not unused.size:
            return self.starts.random(place)
        generator = self._problem.streams.generator(f"priorband-points/{index}")
        by_prior = coin < at_random + prior
        point = self._prior.sample(generator) if by_prior else self._mutant(generator)
        configuration, distance = self._space.nearest(point, unused)
        reason = Reason(score=-distance, new_scored=1)
        return Start(configuration, place.level, ScheduleDecision.START_MODEL, reason)

    def _split(self) -> tuple[float, float]:
        """Shares of prior and incumbent, which sum to 1."""
        eta = math.ceil(self._settings.reduction_factor)
        levels = [level for level, seen in self._seen.items() if len(seen) >= eta]
        if not levels or not self._came_far or self._spent < self._first_bracket:
            return 1.0, 0.0
        seen = sorted(self._seen[max(levels)], key=lambda one: one[0])
        best = seen[: len(seen) // eta]
        points = self._space.coordinates[[configuration for _, configuration in best]]
        weights = np.arange(len(best), 0, -1)
        prior = float(weights @ self._prior.density(points))
        incumbent = float(weights @ self._around_best().density(points))
        together = prior + incumbent
        if not together:  # so sure of themselves that both make what did well impossible
            return 0.5, 0.5
        return prior / together, incumbent / together

    def _around_best(self) -> Belief:
        assert self._best is not None, "somebody came far"
        point = self._space.coordinates[self._best[1]]
        everything = np.ones(len(point), dtype=bool)
        confidence = 1 - self._settings.mutation_deviation
        return Belief(self._space.dimensions, point, everything, confidence)

    def _mutant(self, generator: np.random.Generator) -> Floats:
        """The incumbent, each of whose coordinates is drawn anew with a probability."""
        assert self._best is not None, "somebody came far"
        own = self._space.coordinates[self._best[1]]
        anew = self._around_best().sample(generator)
        changes = generator.random(len(own)) < self._settings.mutation_rate
        result: Floats = np.where(changes, anew, own)
        return result


def _prior(space: Space, settings: PriorSettings) -> Belief:
    """What the prior says of the table's space; nothing without one.

    Raises:
        UnknownNameError, OptionError: see `PriorChooser`.
    """
    point = np.full(len(space.dimensions), math.nan)
    known = np.zeros(len(point), dtype=bool)
    places = {dimension.name: place for place, dimension in enumerate(space.dimensions)}
    for name, value in (settings.prior or {}).items():
        if name not in places:
            raise UnknownNameError("hyperparameter", name, places)
        dimension = space.dimensions[places[name]]
        given = f"{name}={value}"
        if dimension.kind == "numeric" and isinstance(value, str):
            raise OptionError("prior", given, f"{name} is a number")
        coordinate = dimension.coordinate(value)
        if dimension.kind == "categorical" and coordinate < 0:
            raise OptionError("prior", given, f"give one of {', '.join(dimension.categories)}")
        if math.isnan(coordinate) and not dimension.inactive:
            raise OptionError("prior", given, f"{name} is never inactive")
        point[places[name]], known[places[name]] = coordinate, True
    return Belief(space.dimensions, point, known, settings.confidence)
