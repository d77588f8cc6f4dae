"""SMAC, the authors' package, as a scheduler."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import msgspec
import numpy as np

from simdyhpo.outside.jobs import Job, JobScheduler
from simdyhpo.outside.packages import package
from simdyhpo.protocols import Problem

if TYPE_CHECKING:
    from ConfigSpace import Configuration


class SMACOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of SMAC; all others are the package's defaults.

    Attributes:
        grace_period: the package's `min_budget`: no rung lies below this resource.
        reduction_factor: the package's `eta`.
        trials: the package's `n_trials`. The first configurations are random: 10 for each hyperparameter, but
            no more than a quarter of this. It limits nothing else.
        challengers: how many random configurations the acquisition function is computed for.
        local_searches: from how many configurations the search for its largest value sets out.
    """

    grace_period: Annotated[int, msgspec.Meta(ge=1)] = 1
    reduction_factor: Annotated[int, msgspec.Meta(ge=2)] = 3
    trials: Annotated[int, msgspec.Meta(ge=1)] = 100
    challengers: Annotated[int, msgspec.Meta(ge=2)] = 10_000
    local_searches: Annotated[int, msgspec.Meta(ge=1)] = 10


class SMACHyperband(JobScheduler):
    """SMAC3 (Lindauer et al. 2022), the authors' package, with Hyperband: needs simdyhpo[smac].

    What its random forest suggests becomes the nearest unused row before Hyperband's brackets see it, so that
    SMAC knows rows alone. When there are too few for a bracket, they start at random, to the end.
    """

    Options = SMACOptions

    def __init__(self, problem: Problem, options: SMACOptions) -> None:
        package("smac.main.exceptions", "smac")  # of 2.4 and newer
        from simdyhpo.outside.smac_run import SMACRun
        from simdyhpo.outside.smac_space import SMACSpace

        self._options = options
        self._seed = int(problem.streams.generator("smac").integers(2**31))
        self._run_kind, self._space_kind = SMACRun, SMACSpace
        super().__init__(problem)

    def _restart(self) -> None:
        self._space = self._space_kind(self._rows.space)
        self._free = np.ones(self._candidates.count, dtype=bool)
        self._row_of: dict[Configuration, tuple[int, float]] = {}
        """By the configuration that SMAC knows: its row, and how far from it the suggestion was."""
        self._told_as_lost = 0
        self._smac = None
        if len(self._space.parameters):
            options = self._options
            self._smac = self._run_kind(
                self._space.parameters,
                self._snap,
                rows=self._candidates.count,
                budgets=(min(options.grace_period, self._max_resource), self._max_resource),
                eta=options.reduction_factor,
                seed=self._seed,
                trials=options.trials,
                challengers=options.challengers,
                local_searches=options.local_searches,
            )

    def _snap(self, suggested: Configuration) -> Configuration | None:
        """The nearest row that SMAC doesn't know yet; of rows that are all alike it knows one.

        Which ones have started since must not matter, or it couldn't be told all again.
        """
        space = self._rows.space
        point = space.point(self._space.values(suggested))
        while self._free.any():
            row, distance = space.nearest(point, np.flatnonzero(self._free))
            self._free[row] = False
            configuration = self._configuration(row)
            if configuration not in self._row_of:
                self._row_of[configuration] = row, distance
                return configuration
        return None

    def _configuration(self, row: int) -> Configuration:
        return self._space.configuration(self._candidates.configurations.row(row))

    def diagnostics(self) -> Mapping[str, int | float]:
        """How far from the table the suggestions were, and for how many another row ran: told as lost."""
        return {**self._rows.diagnostics(), "suggestions_told_as_lost": self._told_as_lost}

    def _draw(self) -> Job | None:
        own = None if self._smac is None else self._smac.ask()
        if own is None:
            return None
        return Job(self._row_of[own.config][0], min(round(own.budget), self._max_resource), own)

    def _place(self, job: Job) -> tuple[int, float]:
        row, distance = self._row_of[job.own.config]
        if self._candidates.can_start(row):
            return row, distance
        return self._rows.nearest(self._candidates.configurations.row(row))

    def _answer(self, job: Job, configuration: int, cost: float | None, seconds: float) -> None:
        """Tell SMAC the row that was run, which is the one that it asked for, if nobody else decided."""
        assert self._smac is not None
        if configuration == job.of:
            self._smac.tell(job.own, cost, seconds)
            return
        self._told_as_lost += 1
        self._smac.tell_other(job.own, self._configuration(configuration), cost, seconds)
