"""One run of SMAC's, asked and told through its public interface."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from ConfigSpace import Configuration, ConfigurationSpace
from smac import MultiFidelityFacade, Scenario
from smac.main.exceptions import ConfigurationSpaceExhaustedException
from smac.model.random_forest import RandomForest
from smac.runhistory import StatusType, TrialInfo, TrialValue
from smac.runhistory.encoder import RunHistoryLogScaledEncoder

_DIVERGED = sys.float_info.max
"""What a diverged trial costs, so that it ranks last. The model would see little else: it leaves it out."""

logging.getLogger("smac").addHandler(logging.NullHandler())  # or its warnings would go to stderr

Snap = Callable[[Configuration], Configuration | None]


class _Snapping:
    """SMAC's selector of new configurations, with the table's own in place of those that it selects.

    So the intensifier and the model know no others. Its bracket is cut short when there are no more.
    """

    def __init__(self, selector: Any, snap: Snap) -> None:  # noqa: ANN401 - any version's ConfigSelector
        self._selector = selector
        self._snap = snap

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever SMAC asks of it
        return getattr(self._selector, name)

    def __iter__(self) -> Iterator[Configuration]:
        for suggested in self._selector:
            snapped = self._snap(suggested)
            if snapped is None:
                return
            yield snapped


class SMACRun:
    """SMAC with its `MultiFidelityFacade`: a random forest chooses what Hyperband's brackets begin with.

    Args:
        parameters: the space.
        snap: from a suggested configuration to that of a row, another one each time; None when none is left.
        rows: how many there are.
        budgets: the smallest and the largest resource.
        eta: of Hyperband.
        seed: of all draws.
        trials: the scenario's `n_trials`.
        challengers, local_searches: of the search for the largest expected improvement.
    """

    def __init__(  # noqa: PLR0913 - SMAC's settings, by name
        self,
        parameters: ConfigurationSpace,
        snap: Snap,
        *,
        rows: int,
        budgets: tuple[int, int],
        eta: int,
        seed: int,
        trials: int,
        challengers: int,
        local_searches: int,
    ) -> None:
        kind = MultiFidelityFacade
        with (
            _quiet(),
            TemporaryDirectory() as folder,
        ):  # it saves itself when it is made
            scenario = Scenario(
                parameters,
                output_directory=Path(folder),
                deterministic=True,
                min_budget=budgets[0],
                max_budget=budgets[1],
                n_trials=trials,
                seed=seed,
                n_workers=1,  # with more it would start Dask; asked and told, it knows no workers
            )
            self._facade = kind(
                scenario,
                model=_forest(scenario, rows),
                intensifier=kind.get_intensifier(scenario, eta=eta),
                acquisition_maximizer=_in_order(
                    kind.get_acquisition_maximizer(
                        scenario, challengers=challengers, local_search_iterations=local_searches
                    )
                ),
                runhistory_encoder=RunHistoryLogScaledEncoder(
                    scenario, considered_states=[StatusType.SUCCESS]
                ),
                config_selector=_Snapping(kind.get_config_selector(scenario), snap),
                logging_level=False,
                overwrite=True,
            )

    def ask(self) -> TrialInfo | None:
        """SMAC's next trial; None if it has no more, from then on."""
        with _quiet():
            try:
                return self._facade.ask()
            except (StopIteration, ConfigurationSpaceExhaustedException):
                return None

    def tell(self, trial: TrialInfo, cost: float | None, seconds: float) -> None:
        """What came of a trial: lower is better, None where it diverged or failed."""
        status = StatusType.SUCCESS if cost is not None else StatusType.CRASHED
        value = TrialValue(cost=_DIVERGED if cost is None else cost, time=seconds, status=status)
        with _quiet():
            self._facade.tell(trial, value, save=False)

    def tell_other(self, trial: TrialInfo, ran: Configuration, cost: float | None, seconds: float) -> None:
        """Another configuration was run in a trial's place: the model learns of that, the trial is lost."""
        self.tell(trial, None, 0.0)
        self.tell(replace(trial, config=ran), cost, seconds)


def _forest(scenario: Scenario, rows: int) -> RandomForest:
    """The facade's model, but for what changes no tree: its threads, and how many leaves it makes room for.

    It would make room for a million, which takes ten times as long as all else; a tree has one a row at most.
    """
    return RandomForest(
        scenario.configspace,
        n_trees=10,
        ratio_features=1.0,
        min_samples_split=2,
        min_samples_leaf=1,
        log_y=True,
        seed=scenario.seed,
        max_leaf_nodes=max(rows, 2),
        n_jobs=1,
    )


def _in_order(maximizer: Any) -> Any:  # noqa: ANN401 - any version's LocalAndSortedRandomSearch
    """The same, but its local searches come in an order that every process has.

    SMAC keeps where they set out from in a set, whose order is that of hashes of text.
    """
    search = maximizer._local_search  # noqa: SLF001 - it can't be given
    points = search._get_init_points_from_previous_configs  # noqa: SLF001

    def in_order(*given: Any) -> list[Configuration]:  # noqa: ANN401
        return sorted(points(*given), key=lambda point: np.nan_to_num(point.get_array(), nan=-1.0).tolist())

    search._get_init_points_from_previous_configs = in_order  # noqa: SLF001
    return maximizer


@contextmanager
def _quiet() -> Iterator[None]:
    """No warnings, of the mean of nothing for one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
