"""One update and one prediction of the released training schedule, on the observations of another run."""

from __future__ import annotations

import time

import numpy as np

from simdyhpo import CurveTable
from simdyhpo.candidates import Candidates
from simdyhpo.decisions import Reported
from simdyhpo.protocols import Observations, Problem
from simdyhpo.runs.result import RunResult
from simdyhpo.searchers.observed import ObservationLog
from simdyhpo.streams import Streams
from simdyhpo.surrogates.released import ReleasedSurrogate
from simdyhpo.surrogates.settings import ReleasedSettings

_ONE_STEP = ReleasedSettings(scratch_updates=1, scratch_steps=1)
"""The first update, from scratch, is only there to be followed by the one that is measured."""


def refinement_seconds(table: CurveTable, result: RunResult, observations: int) -> float:
    """CPU seconds of a refinement and a prediction of all configurations after so many observations."""
    surrogate = ReleasedSurrogate(_ONE_STEP, Streams(0))
    configurations = np.arange(len(table))
    for count in (observations - 1, observations):
        heard = observed(table, result, count)
        resources = np.minimum(heard.lengths + 1, table.max_resource)
        started = time.process_time()
        surrogate.fit(heard)
        surrogate.predict(configurations, resources)
        seconds = time.process_time() - started
    return seconds


def observed(table: CurveTable, result: RunResult, count: int) -> Observations:
    """What a searcher has heard after the first reports of a run."""
    streams = Streams(result.spec.seed)
    candidates = Candidates(table.configurations, streams, result.spec.sampling)
    heard = ObservationLog(Problem(candidates, table.max_resource, table.mode, streams))
    reports = result.report_columns
    columns = (reports.trial, reports.configuration, reports.resource, reports.value)
    for trial, configuration, resource, value in zip(*(c[:count].tolist() for c in columns), strict=True):
        complete = resource >= int(table.lengths[configuration])
        heard.tell(Reported(trial, configuration, resource, (value,), complete, cost_ns=0))
    return heard.observations()
