"""What a user's type checker sees of the public names: mypy reads it, strictly, and it runs as a test, too.

`make check` has mypy read this file beside the package. A name that becomes `Any`, a keyword that goes or a
protocol that a plain class no longer fits fails here before it fails at a user's.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, assert_type

import msgspec
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simdyhpo import (
    Comparison,
    CurveTable,
    RunResult,
    ScheduleDecision,
    SimdyhpoError,
    compare,
    load_blackbox,
    load_study,
    plot_anytime,
    simulate,
)
from simdyhpo.candidates import Candidates
from simdyhpo.decisions import (
    Continue,
    Decided,
    Event,
    Failed,
    Proposal,
    Reason,
    Reported,
    Start,
    Stop,
    Verdict,
    Wait,
)
from simdyhpo.protocols import Chooser, Place, Problem, Scheduler
from simdyhpo.records import DecisionLog, DecisionRecord
from simdyhpo.runs.spec import RunSpec
from simdyhpo.scheduler_defaults import Defaults, PassThrough
from simdyhpo.streams import Streams


class Settings(msgspec.Struct, frozen=True):
    bad: float = 0.5


class Mine(Defaults):
    """A scheduler as docs/your-own-scheduler.md has it: its types are those of `Scheduler`."""

    Options = Settings

    def __init__(self, problem: Problem, options: Settings) -> None:
        assert_type(problem.max_resource, int)
        self.problem, self.options = problem, options
        self.stops = False

    def ask(self, now_ns: int) -> Proposal:
        configuration = self.problem.candidates.next_random()
        assert_type(configuration, int | None)
        if configuration is None:
            return Wait(exhausted=True)
        return Start(configuration, 1, ScheduleDecision.START_RANDOM)

    def verdict(self, trial: int, resource: int) -> Verdict:
        why = Reason(score=1.0, runner_up=self.options.bad)
        return Stop(why) if self.stops else Continue(resource + 1, why)

    def tell(self, event: Event) -> None:
        match event:
            case Reported():
                assert_type(event.values[-1], float)
                self.stops = event.values[-1] > self.options.bad
            case Decided():
                assert_type(event.trial, int)
            case Failed():
                assert_type(event.resource, int)


class Chooses:
    """Chooses new configurations: its types are those of `Chooser`."""

    def propose(self, place: Place) -> Start | None:
        return Start(0, place.level, ScheduleDecision.START_MODEL)

    def tell(self, event: Event) -> None:
        pass

    def diagnostics(self) -> Mapping[str, int | float]:
        return {}


def test_a_table() -> None:
    values = np.linspace(1.0, 0.1, 12).reshape(4, 3)
    rates = {"rate": [0.1, 0.2, 0.3, 0.4]}
    table = CurveTable.from_arrays(values, np.cumsum(values, axis=1), rates, mode="min", name="mine")
    assert_type(table, CurveTable)
    assert_type(table.values, npt.NDArray[Any])
    assert_type(table.best, float)
    assert_type(table.checksum, str)
    assert_type(len(table), int)
    assert_type(load_blackbox("digits-mlp"), CurveTable)


def test_a_run() -> None:
    result = simulate(load_blackbox("digits-mlp"), Mine, workers=4, max_epochs=60, options={"bad": 0.9})
    assert_type(result, RunResult)
    assert_type(result.regret, float)
    assert_type(result.simulated_seconds, float)
    assert_type(result.log, DecisionLog)
    assert_type(result.log[0], DecisionRecord)
    assert_type(result.log[0].decision, ScheduleDecision)
    assert_type(result.spec, RunSpec)
    assert_type(result.schedule, dict[str, int])


def test_protocols() -> None:
    streams = Streams(0)
    table = load_blackbox("digits-mlp")
    candidates = Candidates(table.configurations, streams, "without-replacement")
    mine: Scheduler = Mine(Problem(candidates, table.max_resource, table.mode, streams), Settings())
    assert_type(mine.ask(0), Proposal)
    before: Scheduler = PassThrough(mine)
    assert_type(before.verdict(0, 1), Verdict)
    chooser: Chooser = Chooses()
    assert_type(chooser.propose(Place(level=1)), Start | None)


def test_an_error() -> None:
    try:
        load_blackbox("no such table")
    except SimdyhpoError as error:
        assert_type(str(error), str)


def test_a_plot() -> None:
    result = simulate(load_blackbox("digits-mlp"), "random", max_epochs=60)
    axes = Figure().subplots()
    assert_type(result.plot(ax=axes), Axes)
    assert_type(plot_anytime([result], ax=axes), Axes)


def test_a_comparison(tmp_path: Path) -> None:
    found = compare(
        {"mine": Mine, "asha": "asha"}, "digits-mlp", seeds=1, max_epochs=20, jobs=1, out=tmp_path
    )
    assert_type(found, Comparison)
    assert_type(load_study(tmp_path), Comparison)
    assert_type(found.labels, list[str])
    assert_type(found.plot(ax=Figure().subplots()), Axes)
