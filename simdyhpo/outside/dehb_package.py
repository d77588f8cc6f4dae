"""DEHB, the authors' package, as a scheduler."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec

from simdyhpo.decisions import Proposal, Wait
from simdyhpo.outside.jobs import Job, JobScheduler
from simdyhpo.outside.packages import package
from simdyhpo.outside.unit_cube import UnitCube
from simdyhpo.protocols import Problem

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


class DEHBPackage(JobScheduler):
    """DEHB (Awad, Mallik, Hutter 2021), the authors' package: needs simdyhpo[dehb].

    Its jobs, a configuration and a resource each, become the nearest unused row of the table, trained to that
    resource. When it asks again for a configuration that it knows, with more resource, the trial goes on.
    """

    Options = DEHBOptions

    def __init__(self, problem: Problem, options: DEHBOptions) -> None:
        self._options = options
        self._seed = int(problem.streams.generator("dehb").integers(2**32))
        super().__init__(problem)

    def _restart(self) -> None:
        self._cube = UnitCube(self._rows.space)
        lowest = min(self._options.grace_period, self._max_resource)
        self._dehb = _quiet_dehb(
            dimensions=self._cube.axes,
            min_fidelity=lowest,
            max_fidelity=max(self._max_resource, lowest + 1),  # it wants them to differ
            eta=self._options.reduction_factor,
            seed=self._seed,
            n_workers=1,  # it would start as many processes; asked and told, it knows no workers
            save_freq="end",
        )

    def ask(self, now_ns: int) -> Proposal:
        """Carry out DEHB's next job, until all configurations have started."""
        return Wait(exhausted=True) if self._candidates.next_random() is None else super().ask(now_ns)

    def summary(self) -> Mapping[str, int]:
        """Numbers of promotions and starts."""
        return {name: count for name, count in super().summary().items() if name != "started_at_random"}

    def _draw(self) -> Job:
        own = self._dehb.ask()
        return Job(int(own["config_id"]), min(round(float(own["fidelity"])), self._max_resource), own)

    def _place(self, job: Job) -> tuple[int, float]:
        return self._rows.nearest(self._cube.values(job.own["config"]))

    def _answer(self, job: Job, configuration: int, cost: float | None, seconds: float) -> None:
        """Tell DEHB the row that was run."""
        row = self._cube.vector(self._candidates.configurations.row(configuration))
        fitness = _DIVERGED if cost is None else cost
        self._dehb.tell(job.own | {"config": row}, {"fitness": fitness, "cost": seconds})


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
