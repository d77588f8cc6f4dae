"""Optuna's samplers and pruners as schedulers."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from simdyhpo.decisions import (
    Continue,
    Decided,
    Failed,
    Proposal,
    Reported,
    ScheduleDecision,
    Start,
    Stop,
    Verdict,
    Wait,
)
from simdyhpo.outside.packages import package
from simdyhpo.outside.rows import Rows
from simdyhpo.protocols import Problem

if TYPE_CHECKING:
    from optuna.pruners import BasePruner


class OptunaOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of Optuna's sampler; its pruner's come with the schedulers.

    Attributes:
        sampler: "tpe", Optuna's `TPESampler` with its own defaults, or "random", the seed's random order, as
            for every other scheduler.
        startup: TPE's `n_startup_trials`: suggestions are random until so many trials have ended.
        grace_period: the pruner's `min_resource`: no rung lies below this resource.
    """

    sampler: Literal["tpe", "random"] = "tpe"
    startup: Annotated[int, msgspec.Meta(ge=0)] = 10
    grace_period: Annotated[int, msgspec.Meta(ge=1)] = 1


class OptunaHyperbandOptions(OptunaOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of Optuna's Hyperband.

    Attributes:
        reduction_factor: eta; Optuna's default is 3 here.
    """

    reduction_factor: Annotated[int, msgspec.Meta(ge=2)] = 3


class OptunaHalvingOptions(OptunaOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of Optuna's successive halving.

    Attributes:
        reduction_factor: eta; Optuna's default is 4 here.
        skip_rungs: the pruner's `min_early_stopping_rate`: leave out so many of the lowest rungs.
    """

    reduction_factor: Annotated[int, msgspec.Meta(ge=2)] = 4
    skip_rungs: Annotated[int, msgspec.Meta(ge=0)] = 0


class _Pruning:
    """Trials run resource by resource; after each report the pruner ends them or lets them go on.

    Trials never pause, so parallel workers are trials of Optuna's that run side by side.
    """

    def __init__(self, problem: Problem, options: OptunaOptions, pruner: BasePruner) -> None:
        from simdyhpo.outside.optuna_study import OptunaStudy

        self._candidates = problem.candidates
        self._rows = Rows(problem.candidates)
        self._max_resource = problem.max_resource
        self._uses_tpe = options.sampler == "tpe"
        self._startup = options.startup
        self._seeds = problem.streams.uniforms("optuna")
        name = str(problem.streams.generator("optuna-brackets").integers(2**32))
        self._study = OptunaStudy(name, self._rows.space, problem.mode, pruner)
        self._suggested: tuple[int, float] | None = None
        """Configuration and distance of the suggestion, until something is told."""
        self._stops = False
        """What becomes of the trial that reported last."""
        self._decided: dict[type, int] = {Start: 0, Continue: 0, Stop: 0}

    def ask(self, _now_ns: int, /) -> Proposal:
        """Start the configuration that is nearest to the sampler's suggestion."""
        configuration = self._candidates.next_random()
        if configuration is None:
            return Wait(exhausted=True)
        if not self._uses_tpe:
            return Start(configuration, 1, ScheduleDecision.START_RANDOM)
        if self._suggested is None:
            seed = int(self._seeds[self._decided[Start]] * 2**32)
            self._suggested = self._rows.nearest(self._study.suggest(seed, self._startup))
        return Start(self._suggested[0], 1, ScheduleDecision.START_MODEL)

    def verdict(self, _trial: int, resource: int, /) -> Verdict:
        """What the pruner said when the trial's last report was told."""
        return Stop() if self._stops else Continue(resource + 1)

    def tell(self, event: Decided | Reported | Failed) -> None:
        """Keep the study up to date."""
        if isinstance(event, Reported):
            self._report(event)
        elif isinstance(event, Failed):
            self._study.end(event.trial, None)
        else:
            self._decided[type(event.message)] += 1
            if isinstance(event.message, Start):
                self._start(event.message.configuration)
            elif isinstance(event.message, Stop):
                self._study.end(event.trial, None)
        self._suggested = None

    def summary(self) -> Mapping[str, int]:
        """Numbers of starts and verdicts."""
        return {
            "started_by_model" if self._uses_tpe else "started_at_random": self._decided[Start],
            "continued": self._decided[Continue],
            "stopped": self._decided[Stop],
        }

    def diagnostics(self) -> Mapping[str, int | float]:
        """How far from the table the suggestions were."""
        return self._rows.diagnostics() if self._uses_tpe else {}

    def _start(self, configuration: int) -> None:
        if self._suggested is not None and self._suggested[0] == configuration:
            self._rows.note(self._suggested[1])
        self._study.start(self._candidates.configurations.row(configuration))

    def _report(self, event: Reported) -> None:
        value = event.values[-1]
        self._study.report(event.trial, event.values, event.resource)
        if event.complete:
            self._study.end(event.trial, value if isfinite(value) else None)
        else:
            self._stops = self._study.should_prune(event.trial) or not isfinite(value)


class OptunaHyperband(_Pruning):
    """TPE and Hyperband of Optuna (Akiba et al. 2019), the package: needs simdyhpo[optuna].

    Each trial belongs to a bracket, drawn by Optuna, and is ended at the bracket's rungs as in `optuna-sh`.
    Suggestions become the nearest unused row of the table.
    """

    Options = OptunaHyperbandOptions

    def __init__(self, problem: Problem, options: OptunaHyperbandOptions) -> None:
        pruner = package("optuna.pruners", "optuna").HyperbandPruner(
            min_resource=options.grace_period,
            max_resource=max(problem.max_resource, options.grace_period),
            reduction_factor=options.reduction_factor,
        )
        super().__init__(problem, options, pruner)


class OptunaHalving(_Pruning):
    """TPE and asynchronous halving of Optuna (Akiba et al. 2019), the package: needs simdyhpo[optuna].

    A trial that reaches a rung is ended unless it is among the best one in eta of those that came so far.
    Suggestions become the nearest unused row of the table.
    """

    Options = OptunaHalvingOptions

    def __init__(self, problem: Problem, options: OptunaHalvingOptions) -> None:
        pruner = package("optuna.pruners", "optuna").SuccessiveHalvingPruner(
            min_resource=options.grace_period,
            reduction_factor=options.reduction_factor,
            min_early_stopping_rate=options.skip_rungs,
        )
        super().__init__(problem, options, pruner)
