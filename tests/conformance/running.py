"""Runs any scheduler of the catalog, with or without somebody who listens in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simdyhpo.catalog import SCHEDULERS, SchedulerFactory
from simdyhpo.curves import CurveTable
from simdyhpo.protocols import Problem, Scheduler
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.engine import Engine
from tests.making import problem

OPTIONS: dict[str, dict[str, object]] = {"dyhpo": {"searcher": "random"}}
NAMES = sorted(SCHEDULERS)


def fresh(name: str, of: Problem, options: Mapping[str, object] | None = None) -> Scheduler:
    return SchedulerFactory(name, OPTIONS.get(name, {}) | dict(options or {}))(of)


class Listener:
    """Passes everything on to a scheduler, asks each question `times` times, and notes all events."""

    def __init__(self, scheduler: Scheduler, times: int = 1) -> None:
        self._scheduler, self._times = scheduler, times
        self.events: list[Any] = []
        self.answers: list[Any] = []

    def ask(self, now_ns: int) -> Any:
        answers = [self._scheduler.ask(now_ns) for _ in range(self._times)]
        assert all(what(answer) == what(answers[0]) for answer in answers)
        self.answers.append((len(self.events), answers[-1]))
        return answers[-1]

    def verdict(self, trial: int, resource: int) -> Any:
        answers = [self._scheduler.verdict(trial, resource) for _ in range(self._times)]
        assert all(answer == answers[0] for answer in answers)
        return answers[-1]

    def tell(self, event: Any) -> None:
        self.events.append(event)
        self._scheduler.tell(event)

    def summary(self) -> Any:
        return self._scheduler.summary()


def what(answer: Any) -> tuple[object, ...]:
    """A proposal without its reason, which may hold NaN."""
    fields = [field for field in answer.__struct_fields__ if field != "reason"]
    return (type(answer), *(getattr(answer, field) for field in fields))


def run(
    name: str,
    table: CurveTable,
    *,
    workers: int = 1,
    seed: int = 0,
    sampling: str = "without-replacement",
    options: Mapping[str, object] | None = None,
    wrap: Callable[[Scheduler], Any] = lambda scheduler: scheduler,
    **limits: Any,
) -> Engine:
    """The engine after the run; `ended_by` is set on it."""
    of = problem(table, seed, sampling)
    engine = Engine(
        table,
        wrap(fresh(name, of, options)),
        of.candidates,
        workers,
        Budget(**(limits or {"max_decisions": 10**6})),
    )
    engine.ended_by = engine.run()
    return engine


def rows(engine: Engine) -> list[tuple[int, ...]]:
    return list(zip(*(column.tolist() for column in engine.log.columns().values()), strict=True))
