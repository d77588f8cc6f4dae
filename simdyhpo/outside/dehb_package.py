"""DEHB, the authors' package, as a scheduler."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Annotated, Any

import msgspec

from simdyhpo.decisions import (
    Decided,
    Failed,
    Pause,
    Proposal,
    Reported,
    Resume,
    ScheduleDecision,
    Start,
    Verdict,
    Wait,
)
from simdyhpo.outside.packages import package
from simdyhpo.outside.rows import Rows
from simdyhpo.outside.unit_cube import UnitCube
from simdyhpo.protocols import Problem

Job = dict[str, Any]
"""What DEHB's `ask` returns: config, config_id, fidelity, parent_id, bracket_id."""

_DIVERGED = sys.float_info.max
"""What a diverged trial is told as: the worst number. DEHB takes infinity for what wasn't run yet."""


class DEHBOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of DEHB; all others are the package's defaults.

    Attributes:
        grace_period: the package's `min_fidelity`: no rung lies below this resource.
        reduction_factor: the package's `eta`.
    """

    grace_period: Annotated[int, msgspec.Meta(ge=1)] = 1
    reduction_factor: Annotated[int, msgspec.Meta(ge=2)] = 3


class _Trial(msgspec.Struct):
    """One of our trials, as DEHB's jobs need it."""

    configuration: int
    values: dict[int, float] = {}
    stands: int = 0
    runs: bool = True
    ended: bool = False


class DEHBPackage:
    """DEHB (Awad, Mallik, Hutter 2021), the authors' package: needs simdyhpo[dehb].

    Its jobs, a configuration and a resource each, become the nearest unused row of the table, trained to that
    resource. When it asks again for a configuration that it knows, with more resource, the trial goes on.
    """

    Options = DEHBOptions

    def __init__(self, problem: Problem, options: DEHBOptions) -> None:
        self._candidates = problem.candidates
        self._rows = Rows(problem.candidates)
        self._cube = UnitCube(self._rows.space)
        self._sign = 1.0 if problem.mode == "min" else -1.0
        self._max_resource = problem.max_resource
        seed = int(problem.streams.generator("dehb").integers(2**32))
        lowest = min(options.grace_period, problem.max_resource)

        def fresh() -> Any:  # noqa: ANN401 - DEHB carries no types
            return _quiet_dehb(
                dimensions=self._cube.axes,
                min_fidelity=lowest,
                max_fidelity=max(problem.max_resource, lowest + 1),  # it wants them to differ
                eta=options.reduction_factor,
                seed=seed,
                n_workers=1,  # it would start as many processes; asked and told, it knows no workers
                save_freq="end",
            )

        self._fresh: Callable[[], Any] = fresh
        self._told: list[Decided | Reported | Failed] = []
        self._started = self._promoted = 0
        self._begin()

    def _begin(self) -> None:
        """DEHB as it was before anything happened."""
        self._dehb = self._fresh()
        self._trials: list[_Trial] = []
        self._jobs: dict[int, Job] = {}
        """What each running trial is for."""
        self._by_config: dict[int, int] = {}
        """By DEHB's number of a configuration: the trial that it became."""
        self._open: Job | None = None
        """The job that DEHB gave when it was asked, until it is carried out."""
        self._suggested: tuple[int, float] | None = None

    def ask(self, now_ns: int) -> Proposal:  # noqa: ARG002
        """Carry out DEHB's next job."""
        if self._candidates.next_random() is None:
            return Wait(exhausted=True)
        if self._open is None:
            self._open = self._next_job()
        milestone = self._milestone(self._open)
        trial = self._known(self._open)
        if trial is not None:
            return Resume(trial, self._trials[trial].stands, milestone, ScheduleDecision.PROMOTE_RUNG)
        if self._suggested is None:
            self._suggested = self._rows.nearest(self._cube.values(self._open["config"]))
        return Start(self._suggested[0], milestone, ScheduleDecision.START_MODEL)

    def verdict(self, trial: int, resource: int) -> Verdict:  # noqa: ARG002
        """Every milestone pauses."""
        return Pause()

    def tell(self, event: Decided | Reported | Failed) -> None:
        """Keep DEHB up to date.

        If it has given a job and then something else happens first, it is made anew and told all again,
        unasked: what it was asked must not matter.
        """
        if not isinstance(event, Decided) and self._open is not None:
            self._begin()
            for earlier in self._told:
                self._hear(earlier)
        self._told.append(event)
        if isinstance(event, Decided):
            self._count(event.message)
        self._hear(event)

    def summary(self) -> Mapping[str, int]:
        """Numbers of promotions and starts."""
        return {"promoted_by_rung": self._promoted, "started_by_model": self._started}

    def diagnostics(self) -> Mapping[str, int | float]:
        """How far from the table the suggestions were."""
        return self._rows.diagnostics()

    def _count(self, message: object) -> None:
        self._promoted += isinstance(message, Resume)
        if isinstance(message, Start):
            self._started += 1
            if self._suggested is not None and self._suggested[0] == message.configuration:
                self._rows.note(self._suggested[1])

    def _hear(self, event: Decided | Reported | Failed) -> None:
        if isinstance(event, Reported):
            self._report(event)
            return
        if isinstance(event, Failed):
            self._fail(event.trial)
            return
        job = self._next_job() if self._open is None else self._open
        self._open = self._suggested = None
        if isinstance(event.message, Start):
            self._trials.append(_Trial(event.message.configuration))
        self._trials[event.trial].runs = True
        self._jobs[event.trial] = job
        self._by_config[int(job["config_id"])] = event.trial

    def _report(self, event: Reported) -> None:
        trial = self._trials[event.trial]
        first = event.resource - len(event.values) + 1
        trial.values.update(enumerate(event.values, first))
        trial.stands, trial.runs = event.resource, False
        trial.ended = event.complete or not isfinite(event.values[-1])
        self._answer(self._jobs.pop(event.trial), trial, event.cost_ns)

    def _fail(self, number: int) -> None:
        """A trial is lost: its job has the worst outcome, as that of one that diverged."""
        trial = self._trials[number]
        trial.runs, trial.ended = False, True
        self._tell(self._jobs.pop(number), trial, _DIVERGED, 0)

    def _next_job(self) -> Job:
        """DEHB's next job that takes training; those whose outcome is known are answered at once."""
        while True:
            job: Job = self._dehb.ask()
            trial = self._by_config.get(int(job["config_id"]))
            if trial is None or self._trials[trial].runs or self._known(job) is not None:
                return job
            self._answer(job, self._trials[trial], 0)

    def _known(self, job: Job) -> int | None:
        """The paused trial that a job continues, if it does."""
        number = self._by_config.get(int(job["config_id"]))
        if number is None:
            return None
        trial = self._trials[number]
        return None if trial.runs or trial.ended or trial.stands >= self._milestone(job) else number

    def _answer(self, job: Job, trial: _Trial, cost_ns: int) -> None:
        """Tell DEHB the row that was run, and its value at the job's resource or where its curve ended."""
        if not trial.values:  # it failed before it reported anything
            self._tell(job, trial, _DIVERGED, cost_ns)
            return
        reached = max(r for r in trial.values if r <= max(self._milestone(job), min(trial.values)))
        value = trial.values[reached]
        self._tell(job, trial, self._sign * value if isfinite(value) else _DIVERGED, cost_ns)

    def _tell(self, job: Job, trial: _Trial, fitness: float, cost_ns: int) -> None:
        row = self._candidates.configurations.row(trial.configuration)
        told = job | {"config": self._cube.vector(row)}
        self._dehb.tell(told, {"fitness": fitness, "cost": cost_ns / 1e9})

    def _milestone(self, job: Job) -> int:
        return min(round(float(job["fidelity"])), self._max_resource)


class _Silence:
    """Stands in for loguru's logger while DEHB is made, which would set the handlers of the whole process."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


def _quiet_dehb(**settings: Any) -> Any:  # noqa: ANN401 - DEHB carries no types
    """DEHB that writes neither logs nor files."""
    home = package("dehb.optimizers.dehb", "dehb")
    logger = home.logger
    home.logger = _Silence()
    try:
        return home.DEHB(**settings)
    finally:
        home.logger = logger
