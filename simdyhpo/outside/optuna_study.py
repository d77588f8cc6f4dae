"""One run as an Optuna study, through Optuna's public interface alone."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from math import isfinite, nan
from typing import Any, Literal

import optuna
from optuna.pruners import BasePruner
from optuna.samplers import TPESampler
from optuna.trial import TrialState

from simdyhpo.hyperparameters.space import Space
from simdyhpo.outside.optuna_parameters import Parameters, RowSampler


class OptunaStudy:
    """A study whose trials have the numbers and the hyperparameters of ours.

    One trial more than have started is always open: the next one. A suggestion is made for it and changes
    nothing that counts; whichever row is then run becomes its parameters. No datetime of Optuna's is used.

    Args:
        name: of the study. Optuna's Hyperband draws a trial's bracket from it and the trial's number.
        space: the hyperparameters.
        mode: whether values are minimised or maximised.
        pruner: decides which trials end early.
    """

    def __init__(self, name: str, space: Space, mode: Literal["min", "max"], pruner: BasePruner) -> None:
        self._parameters = Parameters(space)
        self._row_sampler = RowSampler()
        loud = optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(optuna.logging.WARNING)  # it reports every new study
        try:
            self._study = optuna.create_study(
                study_name=name,
                direction="minimize" if mode == "min" else "maximize",
                sampler=self._row_sampler,
                pruner=pruner,
            )
        finally:
            optuna.logging.set_verbosity(loud)
        self._trials = [self._study.ask()]

    def suggest(self, seed: int, startup: int) -> dict[str, Any]:
        """What TPE suggests for the next trial: hyperparameters by name, without the inactive ones.

        The sampler is new each time, so that its draws depend on the seed and the trials told so far alone.

        Args:
            seed: of the draws.
            startup: the suggestion is random before so many trials have ended.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about settings that one version or another finds experimental
            sampler = TPESampler(seed=seed, n_startup_trials=startup)
            trial = self._study.get_trials(deepcopy=False)[self._trials[-1].number]
            return self._parameters.suggest(self._study, trial, sampler)

    def start(self, row: Mapping[str, Any]) -> None:
        """The next trial runs this row."""
        self._parameters.record(self._trials[-1], self._row_sampler, row)
        self._trials.append(self._study.ask())

    def report(self, number: int, values: Sequence[float], resource: int) -> None:
        """A trial reported values, the last of them at `resource`. One that is not finite is told as NaN."""
        for step, value in enumerate(values, resource - len(values) + 1):
            self._trials[number].report(value if isfinite(value) else nan, step)

    def should_prune(self, number: int) -> bool:
        """Whether the pruner ends a trial that has just reported; ask once a report, since it counts."""
        return self._trials[number].should_prune()

    def end(self, number: int, value: float | None) -> None:
        """A trial ended: with its final value, or without one if it was stopped or has diverged."""
        state = TrialState.PRUNED if value is None else TrialState.COMPLETE
        self._study.tell(number, value, state=state)
