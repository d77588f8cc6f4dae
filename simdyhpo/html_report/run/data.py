"""What a report of a single run is made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from simdyhpo.analysis.incumbents import trajectory
from simdyhpo.analysis.kinds_over_time import kinds_over_time
from simdyhpo.analysis.measures import NORMALISED, Measure
from simdyhpo.analysis.score_regrets import ScoreRegret, score_regrets
from simdyhpo.errors import SimdyhpoError
from simdyhpo.html_report.page_measure import PageMeasure, page_measure, scales_on
from simdyhpo.html_report.worker_time import WorkerTime, worker_time
from simdyhpo.rebuilding.again import find_same_table
from simdyhpo.records import DecisionRecord
from simdyhpo.traces.manifest import RunManifest
from simdyhpo.traces.stored_run import StoredRun


class RunData(msgspec.Struct, frozen=True, kw_only=True):
    """A run, read once.

    Attributes:
        manifest: what was asked and what came of it.
        records: the decisions in order.
        reports: how many there were, by worker.
        incumbents: how the incumbent improved, see `trajectory`; regret is what was asked for, other_regret
            the same in the other unit.
        kinds: counts of the kinds of decisions over time, see `kinds_over_time`.
        time: where the workers' time went.
        wall_seconds: of the host.
        regret: what regret is meant.
        scores: of the incumbent at the end, in each final score of the table; none where the table isn't
            here or has none.
    """

    manifest: RunManifest
    records: list[DecisionRecord]
    reports: npt.NDArray[np.int64]
    incumbents: pd.DataFrame
    kinds: npt.NDArray[np.int64]
    time: WorkerTime
    wall_seconds: float
    regret: PageMeasure = PageMeasure()
    scores: list[ScoreRegret] = []


def read_run_data(run: StoredRun, measure: Measure = NORMALISED) -> RunData:
    """Read all of a run.

    Raises:
        OutputError: a file is missing, damaged or altered.
        SimdyhpoError: the measure can't be taken on the run's table, or needs it and it isn't here.
    """
    manifest, decisions, reports = run.manifest, run.decisions, run.reports
    spec = manifest.spec
    box = spec.blackbox
    incumbents = trajectory(reports, box["mode"], box["best"], box["worst"])
    values, held = incumbents["value"], incumbents["configuration"]
    boxes = {box["name"]: box}
    for name, one in (("regret", measure), ("other_regret", measure.other_unit())):
        (scale,) = scales_on(one, boxes).values()
        incumbents[name] = scale.regrets(values, held)
    last = None if incumbents.empty else int(held.iloc[-1])
    return RunData(
        manifest=manifest,
        records=list(run.records()),
        reports=np.bincount(reports["worker"].to_numpy(dtype=np.int64), minlength=spec.workers),
        incumbents=incumbents,
        kinds=kinds_over_time(decisions, reports),
        time=worker_time(run),
        wall_seconds=run.wall_seconds,
        regret=page_measure(measure, boxes),
        scores=_scores(box, last, measure.reference),
    )


def _scores(box: Mapping[str, Any], incumbent: int | None, reference: str) -> list[ScoreRegret]:
    try:
        return score_regrets(find_same_table(dict(box)), incumbent, reference)
    except SimdyhpoError:
        return []
