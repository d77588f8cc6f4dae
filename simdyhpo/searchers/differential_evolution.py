"""Differential evolution over a table's configurations (DEHB's choice of new configurations)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from simdyhpo.decisions import Decided, Event, Failed, Reason, Reported, Resume, ScheduleDecision, Start
from simdyhpo.errors import OutOfTurnError
from simdyhpo.hyperparameters.space import Space
from simdyhpo.protocols import Place, Problem
from simdyhpo.searchers.choosing import Choosing, lower_is_better

Floats = npt.NDArray[np.float64]


def mutant(base: Floats, plus: Floats, minus: Floats, factor: float, fallback: Floats) -> Floats:
    """base + factor * (plus - minus), rand/1 of differential evolution; all (d,), in the unit cube.

    What leaves the cube takes the coordinate of `fallback`. An inactive (NaN) coordinate of the base stays
    inactive, and a difference with an inactive one is 0.
    """
    moved = base + factor * np.nan_to_num(plus - minus)
    result: Floats = np.where((moved < 0) | (moved > 1), fallback, moved)
    return result


def crossed(target: Floats, mutated: Floats, draws: Floats, rate: float, sure: int) -> Floats:
    """Binomial crossover: the mutant's coordinate where its draw is at most `rate`, and at `sure`."""
    taken = draws <= rate
    taken[sure] = True
    result: Floats = np.where(taken, mutated, target)
    return result


class _Population:
    """The individuals at one resource: configurations and their values there, lower is better."""

    def __init__(self, members: Sequence[int]) -> None:
        self.members = np.array(members, dtype=np.int64)
        self.values: Floats = np.full(len(members), math.inf)
        self.next = 0
        """Whose turn it is to be the target."""

    def best(self, count: int) -> npt.NDArray[np.int64]:
        """The best `count` individuals with a finite value."""
        order = np.argsort(self.values, kind="stable")[:count]
        best: npt.NDArray[np.int64] = self.members[order[np.isfinite(self.values[order])]]
        return best


class EvolutionChooser(Choosing):
    """Offspring of the populations at each resource; the first `at_random` configurations are random.

    The target is the next individual, in turn, at the resource where the offspring will be trained. Its
    mutant comes from three parents, none of which it is: of the same population in the lowest rung of a
    bracket, of the best ones one rung below in others. The offspring takes the target's place if it is not
    worse.

    Source: Awad, Mallik, Hutter (2021), section 4; docs/schedulers.md says where we depart.
    """

    def __init__(
        self,
        problem: Problem,
        sizes: Mapping[int, int],
        at_random: int,
        mutation_factor: float,
        crossover_rate: float,
    ) -> None:
        """Make populations of random configurations.

        Args:
            problem: what the scheduler was handed.
            sizes: of the population at each resource.
            at_random: how many configurations start at random.
            mutation_factor, crossover_rate: of differential evolution.
        """
        super().__init__(problem)
        self._space = Space(problem.candidates.configurations)
        self._counts = np.array([len(dimension.categories) or 1 for dimension in self._space.dimensions])
        self._categorical = np.array([d.kind == "categorical" for d in self._space.dimensions], dtype=bool)
        self._points = self._in_cube(self._space.coordinates)
        self._at_random = at_random
        self._factor, self._rate = mutation_factor, crossover_rate
        count = problem.candidates.count
        self._populations = {
            level: _Population(
                problem.streams.generator(f"dehb-population/{level}").integers(count, size=size).tolist()
            )
            for level, size in sizes.items()
        }
        self._targets: dict[int, tuple[int, int]] = {}
        """Of each running trial: the resource and the place of its target."""

    def tell(self, event: Event) -> None:
        """A trial on its way has a target; when it reports, the better of the two stays.

        Raises:
            OutOfTurnError: someone else sent it to a resource that is no rung's level.
        """
        super().tell(event)
        if type(event) is Failed:
            self._targets.pop(event.trial)  # its target has no challenger any more, and stays
        elif type(event) is Decided and isinstance(event.message, Start | Resume):
            level = event.message.milestone
            if level not in self._populations:
                levels = ", ".join(map(str, self._populations))
                raise OutOfTurnError(event.trial, f"there is no population at {level}, only at {levels}")
            population = self._populations[level]
            self._targets[event.trial] = (level, population.next)
            population.next = (population.next + 1) % len(population.members)

    def _hear(self, event: Reported) -> None:
        level, place = self._targets.pop(event.trial)
        population, value = self._populations[level], lower_is_better(self._problem, event.values[-1])
        if value <= population.values[place]:
            population.members[place], population.values[place] = event.configuration, value

    def _propose(self, place: Place) -> Start | None:
        unused = self._problem.candidates.unused()
        if self.starts.started < self._at_random or not unused.size:
            return self.starts.random(place)
        generator = self._problem.streams.generator(f"dehb-offspring/{self.starts.started}")
        population = self._populations[place.level]
        target = self._points[population.members[population.next]]
        base, plus, minus = (self._points[parent] for parent in self._parents(place, generator))
        fallback, draws = generator.random((2, len(target)))
        mutated = mutant(base, plus, minus, self._factor, fallback)
        sure = int(generator.integers(len(target)))
        child = self._of_cube(crossed(target, mutated, draws, self._rate, sure))
        configuration, distance = self._space.nearest(child, unused)
        reason = Reason(score=-distance, new_scored=1)
        return Start(configuration, place.level, ScheduleDecision.START_MODEL, reason)

    def _parents(self, place: Place, generator: np.random.Generator) -> list[int]:
        """Three individuals beside the target; a pool that has fewer is filled up from all populations."""
        own = self._populations[place.level]
        pool = self._populations[place.below].best(place.parents) if place.below else own.members
        pool = pool[pool != own.members[own.next]]
        if len(pool) < 3:
            everyone = np.concatenate([population.members for population in self._populations.values()])
            pool = np.concatenate([pool, generator.choice(everyone, 3 - len(pool))])
        parents: list[int] = generator.choice(pool, 3, replace=False).tolist()
        return parents

    def _in_cube(self, coordinates: Floats) -> Floats:
        """Category i of k at (i + 1/2) / k: the middle of its share of the axis."""
        result: Floats = np.where(self._categorical, (coordinates + 0.5) / self._counts, coordinates)
        return result

    def _of_cube(self, point: Floats) -> Floats:
        """Back: the category whose share of the axis a coordinate lies in."""
        index = np.minimum(np.floor(point * self._counts), self._counts - 1)
        result: Floats = np.where(self._categorical, index, point)
        return result
