"""One run of a scheduler of Syne Tune's, asked and told as its tuner does."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Protocol

import msgspec
from syne_tune.backend.trial_status import Trial

from simdyhpo.outside.global_draws import GlobalDraws
from simdyhpo.outside.syne_tune_names import KINDS, LARGEST, METRIC, RESOURCE, SyneTuneOptions, make

_THEN = datetime(2000, 1, 1, tzinfo=UTC)
"""When every trial began; no decision looks at it."""

Config = dict[str, Any]


class Place(Protocol):
    """What becomes of a configuration that a scheduler suggests."""

    def __call__(self, suggested: Config | None, /) -> Config | None:
        """The configuration that runs; None where none is left. None is given where nothing is suggested."""
        ...

    def is_done(self) -> bool:
        """Whether none is left."""
        ...


class Suggested(msgspec.Struct, frozen=True):
    """What a scheduler wants.

    Attributes:
        trial: its number for a trial.
        milestone: to which it is to run.
        starts: whether the trial is new.
    """

    trial: int
    milestone: int
    starts: bool


class _Trial(msgspec.Struct):
    """What the scheduler knows of a trial, by its own number."""

    config: Config
    milestone: int
    told: int = 0
    """The resource up to which its values were told."""
    last: float = 0.0
    """The value there."""
    runs: bool = True
    ended: bool = False
    """Its curve has ended: there is no more to train."""


class SyneTuneRun:
    """One of Syne Tune's schedulers. It can be copied (`copy.deepcopy`), as it stands.

    Args:
        options: the user's.
        domains: the configuration space.
        rows: all configurations of the table.
        place: what becomes of a configuration that the scheduler's model suggests, before the scheduler takes
            it for the one that runs.
        mode: "min" or "max".
        max_resource: R.
        seed: of all draws.
        again: whether a configuration may start more than once.
    """

    def __init__(  # noqa: PLR0913 - what a run is, by name
        self,
        options: SyneTuneOptions,
        domains: Mapping[str, Any],
        rows: Sequence[Config],
        place: Place,
        *,
        mode: str,
        max_resource: int,
        seed: int,
        again: bool,
    ) -> None:
        self._draws = GlobalDraws(seed)
        self._max_resource = max_resource
        kind = KINDS[options.name]
        self._numbered = kind.family != "newer"
        with self._turn():
            self._theirs = make(
                options, domains, rows, mode=mode, max_resource=max_resource, seed=seed, again=again
            )
        pauses = getattr(self._theirs, "does_pause_resume", None)
        self._pauses = kind.family == "brackets" or (pauses is not None and pauses())
        self._levels: list[int] = list(getattr(self._theirs, "rung_levels", ()))
        _place_in(self._theirs, place, kind.draws)
        self._trials: list[_Trial] = []

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Syne Tune's turn: its global draws are its own, and it says nothing."""
        with self._draws.turn(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield

    def suggest(self) -> Suggested | None:
        """What it wants next; None if nothing. Trials whose curve has ended are answered at once."""
        while True:
            number = len(self._trials)
            with self._turn():
                own = self._theirs.suggest(number) if self._numbered else self._theirs.suggest()
            if own is None:
                return None
            if own.spawn_new_trial_id:
                self._trials.append(_Trial(own.config, self._milestone(own.config, 0)))
                with self._turn():
                    self._theirs.on_trial_add(self._trial(number))
                return Suggested(number, self._trials[number].milestone, starts=True)
            number = int(own.checkpoint_trial_id)
            trial = self._trials[number]
            trial.config = own.config or trial.config
            trial.milestone, trial.runs = self._milestone(trial.config, trial.told), True
            if not trial.ended:
                return Suggested(number, trial.milestone, starts=False)
            self._carry_on(number)

    def _milestone(self, config: Config, told: int) -> int:
        """Where a trial runs to: to where its scheduler pauses it; else to the next rung, or resource."""
        if self._pauses:
            return min(int(config[LARGEST]), self._max_resource)
        above = [level for level in self._levels if level > told]
        nearest = above[0] if above else (self._max_resource if self._levels else told + 1)
        return min(nearest, self._max_resource)

    def report(self, number: int, values: Sequence[float], resource: int, *, ended: bool) -> str:
        """A trial has reported values, the last of them at `resource`. One that is not finite is an error.

        Args:
            number: the trial.
            values: as they are.
            ended: there will be no more.

        Returns:
            "CONTINUE", "PAUSE" or "STOP".
        """
        decision = "CONTINUE"
        for level, value in enumerate(values, resource - len(values) + 1):
            if not isfinite(value):
                self.fail(number)
                return "STOP"
            decision = self._tell(number, level, value)
        trial = self._trials[number]
        trial.ended = ended
        if ended and trial.runs:
            return self._carry_on(number)
        return decision

    def following(self, number: int) -> int:
        """To where a trial goes on that may."""
        return self._milestone(self._trials[number].config, self._trials[number].told)

    def fail(self, number: int) -> None:
        """A trial is lost, or somebody else decides what becomes of it."""
        trial = self._trials[number]
        if trial.runs:
            trial.runs, trial.ended = False, True
            with self._turn():
                self._theirs.on_trial_error(self._trial(number))

    def _carry_on(self, number: int) -> str:
        """A curve has ended: up to where it would pause, its last value stands; or else it is complete."""
        trial = self._trials[number]
        decision = "CONTINUE"
        end = int(trial.config[LARGEST]) if self._pauses else trial.told
        while trial.runs and trial.told < end:
            decision = self._tell(number, trial.told + 1, trial.last)
        if trial.runs:
            trial.runs = False
            with self._turn():
                self._theirs.on_trial_complete(self._trial(number), self._result(number))
        return decision

    def _tell(self, number: int, resource: int, value: float) -> str:
        trial = self._trials[number]
        trial.told, trial.last = resource, value
        with self._turn():
            decision = str(self._theirs.on_trial_result(self._trial(number), self._result(number)))
            if decision != "CONTINUE":
                trial.runs = False
                self._theirs.on_trial_remove(self._trial(number))
        return decision

    def _trial(self, number: int) -> Trial:
        return Trial(number, dict(self._trials[number].config), _THEN)

    def _result(self, number: int) -> Config:
        return {METRIC: self._trials[number].last, RESOURCE: self._trials[number].told}


class _Placed:
    """Stands for a method of a searcher's that suggests configurations."""

    def __init__(self, suggest: Callable[..., Config | None] | None, place: Place) -> None:
        self._suggest = suggest
        self._place = place

    def __call__(self, **given: Any) -> Config | None:  # noqa: ANN401 - whatever its scheduler says
        if self._suggest is None or self._place.is_done():
            return self._place(None)
        return self._place(self._suggest(**given))


class _Registered:
    """Stands for the method with which DEHB takes a configuration that it has made."""

    def __init__(self, scheduler: Any, place: Place) -> None:  # noqa: ANN401 - Syne Tune's
        self._scheduler = scheduler
        self._take = scheduler._register_new_config_and_make_suggestion  # noqa: SLF001 - it can't be given
        self._place = place

    def __call__(self, *, trial_id: int, ext_slot: Any, encoded_config: Any) -> Any:  # noqa: ANN401
        ranges = self._scheduler._hp_ranges  # noqa: SLF001
        placed = self._place(ranges.from_ndarray(encoded_config))
        if placed is None:
            self._scheduler._report_as_failed(ext_slot)  # noqa: SLF001
            return None
        return self._take(trial_id=trial_id, ext_slot=ext_slot, encoded_config=ranges.to_ndarray(placed))


class _Generators:
    """Stands for the method that makes a model's source of candidates, which fails when none is left."""

    def __init__(self, create: Callable[[], Any]) -> None:
        self._create = create

    def __call__(self) -> Any:  # noqa: ANN401 - Syne Tune's
        generator = self._create()
        in_bulk, rows = generator.generate_candidates_en_bulk, generator.base_set

        def those_left(count: int, exclusion_list: Any) -> list[Config]:  # noqa: ANN401
            left = any(not exclusion_list.contains(row) for row in rows)
            return list(in_bulk(count, exclusion_list=exclusion_list)) if left else []

        generator.generate_candidates_en_bulk = those_left
        return generator


def _place_in(scheduler: Any, place: Place, draws: str) -> None:  # noqa: ANN401
    """Let a scheduler take the configurations that `place` gives for those that it suggests."""
    searcher = scheduler.searcher
    if searcher is None:
        scheduler._register_new_config_and_make_suggestion = _Registered(scheduler, place)  # noqa: SLF001
        return
    if draws == "from-rows":
        inner = getattr(searcher, "_searcher_int", searcher)  # DyHPO's has another inside
        inner._create_random_generator = _Generators(inner._create_random_generator)  # noqa: SLF001
    name = "get_config" if hasattr(searcher, "get_config") else "suggest"
    setattr(searcher, name, _Placed(None if draws == "at-random" else getattr(searcher, name), place))
