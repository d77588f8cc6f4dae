"""What a run's models predicted of those that they chose, and what was reported there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.calibration import Predictions
from simdyhpo.catalog.factory import scheduler_class
from simdyhpo.catalog.scorer import horizon, looks_ahead
from simdyhpo.decision_kinds import Effect, kinds_that
from simdyhpo.errors import SimdyhpoError
from simdyhpo.runs.spec import RunSpec
from simdyhpo.searchers.horizons import STREAM, resources_ahead, scored_ahead, scored_at
from simdyhpo.searchers.random_horizon import RandomHorizonSearcher
from simdyhpo.simulation.reports import Reports
from simdyhpo.streams import Streams
from simdyhpo.traces.stored_run import StoredRun

COLUMNS = ("trial", "decision", "resume_from", "milestone", "mean", "deviation")
"""Of a decision log: what is needed to find its predictions."""

_ASKED = kinds_that(Effect.STARTS, Effect.PROMOTES)
"""Decisions that a searcher was asked for: each has a number of the horizons' stream."""


class NoPredictions(SimdyhpoError):  # noqa: N818 - what there is not
    """A run's log holds no prediction that can be held against what came of it."""


def run_predictions(run: StoredRun) -> Predictions:
    """The predictions of a run; see `predictions`. Loads no pandas.

    Raises:
        NoPredictions: see `predictions`.
    """
    rows = [[getattr(record, name) for name in COLUMNS] for record in run.records()]
    columns = np.array(rows, dtype=np.float64).reshape(-1, len(COLUMNS))
    decisions = {name: columns[:, i] for i, name in enumerate(COLUMNS)}
    return predictions(run.manifest.spec, decisions, run.report_columns)


def predictions(
    spec: RunSpec, decisions: Mapping[str, npt.NDArray[Any]], reports: Callable[[], Reports]
) -> Predictions:
    """Every logged prediction, and the first value that its trial reported at the resource it was made for.

    Args:
        spec: of the run.
        decisions: the columns `COLUMNS` of its log, (decisions,) each.
        reports: gives its reports; asked only where there are predictions.

    Raises:
        NoPredictions: the log has no means and deviations, or doesn't say at which resource they are.
    """
    predicted = np.flatnonzero(~np.isnan(decisions["mean"]) & ~np.isnan(decisions["deviation"]))
    if not predicted.size:
        raise NoPredictions(
            f"{spec.scheduler}: its log holds no predictions; only a scheduler with a model makes some"
        )
    numbers = {name: decisions[name].astype(np.int64) for name in COLUMNS[:4]}
    resource = _predicted_at(spec, numbers)[predicted]
    trial = numbers["trial"][predicted]
    value, reported = _reported(reports(), trial, resource)
    return Predictions(
        first=numbers["resume_from"][predicted] == 0,
        resource=resource,
        mean=decisions["mean"][predicted],
        deviation=decisions["deviation"][predicted],
        value=value,
        reported=reported,
    )


def _predicted_at(spec: RunSpec, decisions: Mapping[str, npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    """The resource of every decision's prediction: the milestone, unless the scheduler looks elsewhere."""
    milestones, largest = decisions["milestone"], int(spec.blackbox["max_resource"])
    if not looks_ahead(spec.scheduler, spec.options):
        return milestones
    asked = horizon(spec.options)
    if asked is not None:
        return scored_at(asked, milestones, _drawn(spec, decisions), largest)
    searcher = getattr(scheduler_class(spec.scheduler), "searcher", object)
    if issubclass(searcher, RandomHorizonSearcher):
        return scored_ahead(milestones, resources_ahead(_drawn(spec, decisions), largest), largest)
    raise NoPredictions(f"{spec.scheduler}: its log doesn't say at which resource its predictions are")


def _drawn(spec: RunSpec, decisions: Mapping[str, npt.NDArray[np.int64]]) -> npt.NDArray[np.float64]:
    """The number of the horizons' stream that belongs to each decision, (decisions,)."""
    uniforms = Streams(spec.seed).uniforms(STREAM)
    asked = np.isin(decisions["decision"], _ASKED)
    numbers: list[int] = (np.cumsum(asked, dtype=np.int64) - asked).tolist()
    return np.array([uniforms[k] for k in numbers])


def _reported(
    reports: Reports, trial: npt.NDArray[np.int64], resource: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """The first value of each trial at each resource, (n,), NaN where there is none, and whether there is."""
    first: dict[tuple[int, int], float] = {}
    heard = ~reports.ignored
    columns = (reports.trial[heard], reports.resource[heard], reports.value[heard])
    for one, at, value in zip(*(column.tolist() for column in columns), strict=True):
        first.setdefault((one, at), value)
    wanted = list(zip(trial.tolist(), resource.tolist(), strict=True))
    values = np.array([first.get(pair, np.nan) for pair in wanted], dtype=np.float64)
    return values, np.array([pair in first for pair in wanted], dtype=bool)
