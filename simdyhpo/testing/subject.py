"""The scheduler under test, and how it is run on a small table."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import msgspec

from simdyhpo.blame import blamed
from simdyhpo.candidates import Candidates, Sampling
from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.decision_kinds import Effect, kinds_that
from simdyhpo.errors import OptionError, SimdyhpoError, one_line
from simdyhpo.protocols import Problem, Scheduler
from simdyhpo.records import WHAT_FIELDS, Row
from simdyhpo.runs.front_door import Run
from simdyhpo.runs.result import AnyEngine
from simdyhpo.runs.spec import run_spec
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.streams import Streams
from simdyhpo.tables.blackboxes import describe
from simdyhpo.tables.curves import CurveTable
from simdyhpo.testing.audit import Auditor, Violation
from simdyhpo.testing.broken import LawBroken

STARTS = kinds_that(Effect.STARTS)

Wrap = Callable[[Scheduler], Scheduler]


class SubjectRun(msgspec.Struct, frozen=True):
    """What a run did.

    Attributes:
        rows: its decisions, see `WHAT_FIELDS`.
        ended_by: "budget" or "exhausted".
        engine: where it ran.
    """

    rows: list[Row]
    ended_by: str
    engine: AnyEngine

    @property
    def starts(self) -> list[int]:
        """Configurations in the order in which they started."""
        return [configuration for _, _, _, configuration, decision, _, _ in self.rows if decision in STARTS]


class Found(msgspec.Struct, frozen=True):
    """What an auditor saw in one run.

    Attributes:
        law: the name of the law that is broken.
        table: of the run.
        message: how.
    """

    law: str
    table: CurveTable
    message: str


class Subject:
    """One scheduler with its options, checked for one law.

    Attributes:
        law: its name.
        promise: what it says, for who breaks it; empty if it doesn't.
        found: what the runs of the auditor showed; None if there were none yet.
    """

    def __init__(self, factory: SchedulerFactory, law: str, promise: str = "") -> None:
        self._factory = factory
        self.law = law
        self.promise = promise
        self.found: list[Found] | None = None

    def under(self, law: str, check: Callable[[Subject], None]) -> Subject:
        """The same scheduler, with what its audit showed, checked for another law.

        Args:
            law: its name.
            check: who checks it: the first line of its docstring is the law.
        """
        promise = (check.__doc__ or "").strip().partition("\n")[0].rstrip(".")
        other = Subject(self._factory, law, promise[:1].lower() + promise[1:])
        other.found = self.found
        return other

    @property
    def module(self) -> str:
        """Name of the module that the scheduler's class is from."""
        return self._factory.module

    def fresh(self, problem: Problem) -> Scheduler:
        """A scheduler that knows nothing yet."""
        return self._factory(problem)

    def has_room(self, table: CurveTable) -> bool:
        """Whether its settings can be used with a table's largest resource; they may ask for more rungs."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                self.fresh(make_problem(table, 0))
            except OptionError:
                return False
        return True

    def broken(self, table: CurveTable, seed: int, message: str) -> LawBroken:
        """The error to raise when the law is broken."""
        promise = self.promise and f"; the law: {self.promise}"
        return LawBroken(self.law, table.name, seed, f"{message}{promise}")

    def run(  # noqa: PLR0913 - the parts of a run, by name
        self,
        table: CurveTable,
        *,
        workers: int = 1,
        seed: int = 0,
        sampling: Sampling = "without-replacement",
        max_epochs: int | None = None,
        max_decisions: int | None = None,
        wrap: Wrap | None = None,
        audited: bool = False,
        cluster: Cluster | None = None,
    ) -> SubjectRun:
        """Run it to the end of the budget; without one, until it is exhausted.

        No run needs more decisions than there are resources in the table to train to, so one that makes more
        is ended.

        Args:
            table, workers, seed, sampling, max_epochs, max_decisions: see `simdyhpo.simulate`.
            wrap: puts someone between engine and scheduler; it is the engine's `decider` then.
            audited: put an `Auditor` there.
            cluster: on which it runs, if not an ideal one.

        Raises:
            LawBroken: the run failed.
            Violation: an auditor objected.
        """
        if max_epochs is None and max_decisions is None:
            max_decisions = len(table) * (table.max_resource + 2)
        try:
            budget = Budget(max_epochs=max_epochs, max_decisions=max_decisions)
            spec = run_spec(
                describe(table), self._factory, workers, seed, sampling, budget, cluster or msgspec.UNSET
            )
            run = Run(spec, self._factory, table, _no_time)
            if wrap is not None:
                run.engine.decider = wrap(run.scheduler)
            elif audited:
                run.engine.decider = Auditor(run.scheduler, run.problem)
            ended_by = run.simulate()
        except (Violation, KeyboardInterrupt):
            raise
        except BaseException as error:
            raise self.broken(table, seed, f"the run failed: {_in_words(error)}") from error
        columns = run.engine.log.columns().values()
        return SubjectRun(
            list(zip(*(column.tolist() for column in columns), strict=True)), ended_by, run.engine
        )


def _in_words(error: BaseException) -> str:
    """What ended a run; of an exception of the scheduler's own its type, and at which decision."""
    if isinstance(error, SimdyhpoError):
        return str(error)
    whose = blamed(error)
    return f"{type(error).__name__}: {one_line(error)}{'' if whose is None else f' ({whose})'}"


def _no_time() -> float:
    """Laws are not about what a scheduler takes on the host."""
    return 0.0


def make_problem(table: CurveTable, seed: int, sampling: Sampling = "without-replacement") -> Problem:
    """What a scheduler is handed for a table."""
    streams = Streams(seed)
    candidates = Candidates(table.configurations, streams, sampling)
    return Problem(candidates, table.max_resource, table.mode, streams)


def first_difference(one: list[Row], other: list[Row]) -> str:
    """The first decision in which two runs differ, in words."""
    for index, (mine, its) in enumerate(zip(one, other, strict=False)):
        if mine != its:
            parts = [f"{n} {a} or {b}" for n, a, b in zip(WHAT_FIELDS, mine, its, strict=True) if a != b]
            return f"decision {index} differs: {', '.join(parts)}"
    return f"there are {len(one)} decisions or {len(other)}"
