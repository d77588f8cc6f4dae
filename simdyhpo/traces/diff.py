"""Where two runs part, and how far they drift from then on."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Literal

import msgspec
import numpy as np

from simdyhpo.analysis.marks import incumbent_regret
from simdyhpo.analysis.steps import Steps
from simdyhpo.records import WHAT_FIELDS, DecisionRecord
from simdyhpo.simulation.reports import Reports
from simdyhpo.traces.course import Course
from simdyhpo.traces.spec_diff import mapping_differences, spec_differences
from simdyhpo.units import NANOSECONDS

SHARES = (0.1, 0.25, 0.5, 1.0)
"""At which shares of the budget regret is compared."""

_COUNTED = ("coin", "paused_scored", "new_scored")
_SCORES = ("score", "runner_up", "mean", "deviation")
_RECENT = 3


class Tie(msgspec.Struct, frozen=True):
    """A winner whose score hardly differs from the runner-up's.

    Attributes:
        score, runner_up: the two.
        margin: their difference, relative to the larger of their sizes.
    """

    score: float
    runner_up: float
    margin: float


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """One decision that the two runs took differently.

    Attributes:
        index: its number.
        before, now: what each run has there; None where it has no more decisions.
        tie: the near-tie behind it, if it was one.
        stood: what the trial of each had reported where it goes on; NaN if there is nothing.
        epochs: reports that had come in.
        rungs: entries so far, by level.
        recent: the last few decisions before it.
    """

    index: int
    before: DecisionRecord | None
    now: DecisionRecord | None
    tie: Tie | None
    stood: tuple[float, float]
    epochs: int
    rungs: dict[int, int]
    recent: list[DecisionRecord]


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """How far the runs are from each other in the end.

    Attributes:
        decisions: how many each has.
        different: how many decisions of the same number differ; those that only one run has count.
        configurations: how many each started.
        shared: how many configurations both started.
    """

    decisions: tuple[int, int]
    different: int
    configurations: tuple[int, int]
    shared: int


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """Both runs' regret at one share of the budget; NaN before the first incumbent.

    Attributes:
        share: of the budget.
        at: epochs or seconds.
        before, now: normalised regret.
    """

    share: float
    at: float
    before: float
    now: float


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """How the run "now" differs from the one "before".

    Attributes:
        specs: what was asked differently, in words; see `spec_differences`.
        versions: libraries that differ, in words.
        decision: the first decision that differs in what was decided, when, or about whom.
        reason: the first decision before that which differs in its scores, counts or coin alone.
        drift: how far the runs drift.
        axis: what `marks` are measured in.
        marks: regret at shares of the budget.
        ends: (ended_by, end_ns) of each.
        tolerance: relative; scores nearer than that are equal.
    """

    specs: list[str]
    versions: list[str]
    decision: Split | None
    reason: Split | None
    drift: Drift
    axis: Literal["epochs", "seconds"]
    marks: list[Mark]
    ends: tuple[tuple[str, int], tuple[str, int]]
    tolerance: float

    @property
    def equal(self) -> bool:
        """Whether the two runs did the same, whatever they were asked."""
        same_marks = all(_close(mark.before, mark.now, 0) for mark in self.marks)
        return self.decision is None and self.reason is None and self.ends[0] == self.ends[1] and same_marks

    @property
    def equal_up_to_ties(self) -> bool:
        """Whether they did the same until a near-tie, if any: what comes after one can't be compared."""
        return self.equal or (
            self.reason is None and self.decision is not None and self.decision.tie is not None
        )


def compare(before: Course, now: Course, tolerance: float = 0.0) -> Difference:
    """Align two runs by the number of their decisions.

    Args:
        before, now: the runs.
        tolerance: scores, means and deviations are equal within it, relative; what was decided, and the coin,
            are compared exactly.
    """
    pairs = list(zip_longest(before.records, now.records))
    parts = [index for index, pair in enumerate(pairs) if not _same(*pair, WHAT_FIELDS)]
    end = parts[0] if parts else len(pairs)
    reason = next((index for index in range(end) if not _same_reason(*pairs[index], tolerance)), None)
    axis, budget = _scale(before, now)
    regrets = [_regret(course, axis) for course in (before, now)]
    return Difference(
        specs=spec_differences(before.spec, now.spec),
        versions=mapping_differences(before.versions, now.versions),
        decision=_split(before, now, pairs, parts[0], tolerance) if parts else None,
        reason=None if reason is None else _split(before, now, pairs, reason, tolerance),
        drift=_drift(before, now, len(parts)),
        axis=axis,
        marks=[_mark(share, budget, axis, regrets) for share in SHARES],
        ends=((before.ended_by, before.end_ns), (now.ended_by, now.end_ns)),
        tolerance=tolerance,
    )


def level_entries(records: Iterable[DecisionRecord], reports: Reports) -> dict[int, int]:
    """How many trials reported each milestone that was set for them, by level, rising."""
    goals = {(record.trial, record.milestone) for record in records}
    reached = zip(reports.trial.tolist(), reports.resource.tolist(), strict=True)
    return dict(sorted(Counter(level for trial, level in reached if (trial, level) in goals).items()))


Pair = tuple[DecisionRecord | None, DecisionRecord | None]


def _same(before: DecisionRecord | None, now: DecisionRecord | None, fields: Sequence[str]) -> bool:
    return None not in (before, now) and all(
        _close(getattr(before, field), getattr(now, field), 0) for field in fields
    )


def _same_reason(before: DecisionRecord | None, now: DecisionRecord | None, tolerance: float) -> bool:
    """Which kind came second is compared only exactly: near-equal runners-up may change places."""
    counted = _COUNTED if tolerance else (*_COUNTED, "runner_up_kind")
    return _same(before, now, counted) and all(
        _close(getattr(before, field), getattr(now, field), tolerance) for field in _SCORES
    )


def _close(before: object, now: object, tolerance: float) -> bool:
    """Equal, both NaN, or numbers within a relative tolerance."""
    if not isinstance(before, float) or not isinstance(now, float):
        return before == now
    if before == now or (math.isnan(before) and math.isnan(now)):
        return True
    return math.isfinite(before - now) and abs(before - now) <= tolerance * max(abs(before), abs(now))


def _split(before: Course, now: Course, pairs: Sequence[Pair], index: int, tolerance: float) -> Split:
    there = [record for record in pairs[index] if record is not None]
    time_ns = min(record.time_ns for record in there)
    return Split(
        index=index,
        before=pairs[index][0],
        now=pairs[index][1],
        tie=next((tie for record in there if (tie := _tie(record, tolerance)) is not None), None),
        stood=(_stood(before, pairs[index][0]), _stood(now, pairs[index][1])),
        epochs=len(_until(before.reports, time_ns)),
        rungs=level_entries(before.records[:index], _until(before.reports, time_ns)),
        recent=[record for record, _ in pairs[max(index - _RECENT, 0) : index] if record is not None],
    )


def _stood(course: Course, record: DecisionRecord | None) -> float:
    """What a decision's trial had reported where it goes on; if more than once, the last time."""
    if record is None:
        return math.nan
    came = _until(course.reports, record.time_ns)
    there = (came.trial == record.trial) & (came.resource == record.resume_from) & ~came.ignored
    return float(came.value[there][-1]) if there.any() else math.nan


def _tie(record: DecisionRecord, tolerance: float) -> Tie | None:
    """The near-tie that a decision was; equal scores always are one."""
    score, runner_up = record.score, record.runner_up
    if math.isnan(score) or math.isnan(runner_up) or not _close(score, runner_up, tolerance):
        return None
    size = max(abs(score), abs(runner_up))
    return Tie(score, runner_up, abs(score - runner_up) / size if score != runner_up else 0.0)


def _until(reports: Reports, time_ns: int) -> Reports:
    """Those that had come in by `time_ns`, that instant included."""
    came = int(np.searchsorted(reports.time_ns, time_ns, side="right"))
    return Reports(*(getattr(reports, field)[:came] for field in reports.__struct_fields__))


def _drift(before: Course, now: Course, different: int) -> Drift:
    started = [{record.configuration for record in course.records} for course in (before, now)]
    return Drift(
        decisions=(len(before.records), len(now.records)),
        different=different,
        configurations=(len(started[0]), len(started[1])),
        shared=len(started[0] & started[1]),
    )


def _scale(before: Course, now: Course) -> tuple[Literal["epochs", "seconds"], float]:
    """The axis that both budgets are on, and the smaller budget; without one, the shorter run's epochs."""
    budgets = before.spec.budget, now.spec.budget
    epochs = [budget.max_epochs for budget in budgets if budget.max_epochs is not None]
    limits = [budget.max_seconds for budget in budgets if budget.max_seconds is not None]
    if len(epochs) == 2:
        return "epochs", min(epochs)
    if len(limits) == 2:
        return "seconds", min(limits)
    return "epochs", min(len(before.reports), len(now.reports))


def _regret(course: Course, axis: Literal["epochs", "seconds"]) -> Steps:
    reports, table = course.reports, course.spec.blackbox
    x = np.arange(1.0, len(reports) + 1) if axis == "epochs" else reports.time_ns / NANOSECONDS
    return incumbent_regret(reports.value, x, table["mode"], table["best"], table["worst"])


def _mark(share: float, budget: float, axis: Literal["epochs", "seconds"], regrets: Sequence[Steps]) -> Mark:
    at = float(round(share * budget)) if axis == "epochs" else share * budget
    before, now = (float(steps.at(at)) for steps in regrets)
    return Mark(share=share, at=at, before=before, now=now)
