"""Record what Syne Tune 0.13.0's rung systems decide, as data for tests/reference.

Drives the reference's `DyHPORungSystem` and `PromotionRungSystem` through scripted scenarios and writes
inputs and decisions, figures only, to tests/reference/scenarios.jsonl.gz. Equal versions give equal bytes.

    tools/record_reference.sh DIRECTORY

makes a throw-away environment in DIRECTORY and runs this file in it. By hand, with Python 3.11:

    python3.11 -m venv DIRECTORY
    DIRECTORY/bin/pip install 'syne-tune==0.13.0' 'numpy<2' scipy autograd
    DIRECTORY/bin/python tools/record_reference.py

No scenario is chosen by looking at what our implementation does with it.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from syne_tune.optimizer.schedulers.hyperband_promotion import PromotionRungSystem
from syne_tune.optimizer.schedulers.searchers.dyhpo.hyperband_dyhpo import DyHPORungSystem

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.reference import recording

METRIC, RESOURCE = "metric", "resource"
PROBABILITIES = (0.0, 0.05, 0.1, 0.25, 0.5, 0.9, 0.99)
MODES = ("min", "max")
NON_FINITE = (float("nan"), float("inf"), float("-inf"))
STOP_AFTER_IDLE = 8  # asks in a row that start nothing, once all configurations are used


@dataclass(frozen=True)
class Plan:
    """One scenario to record.

    Attributes:
        decisions: how many to record.
        decimals: to which metrics are rounded; few of them make ties. None: not rounded.
        workers: how many trials run at once.
        failing: chance that a running trial fails instead of reporting.
        brackets: drawn uniformly for each new trial.
        shared: the brackets share one rung system.
        restarts: resumed trials report again from resource 1 (no checkpoints).
        even_coins: chance that the coin is exactly probability_sh.
        non_finite: chance that a metric is not finite.
        space: number of configurations; None: endless.
    """

    family: str
    kind: str
    mode: str
    levels: Sequence[int]
    max_t: int
    decisions: int
    seed: int
    probability_sh: float = 0.0
    start_share: float = 0.3
    decimals: int | None = 2
    workers: int = 4
    failing: float = 0.0
    brackets: int = 1
    shared: bool = True
    restarts: bool = False
    even_coins: float = 0.0
    non_finite: float = 0.0
    space: int | None = None


def linear(first: int, step: int, max_t: int) -> list[int]:
    return list(range(first, max_t, step))


def geometric(first: int, factor: int, max_t: int) -> list[int]:
    return [level for k in range(20) if (level := first * factor**k) < max_t]


LADDERS = (
    ("linear 1", linear(1, 1, 10), 10),
    ("linear 1", linear(1, 1, 27), 27),
    ("linear 1", linear(1, 1, 51), 51),
    ("linear 3", linear(3, 3, 30), 30),
    ("linear 2 by 5", linear(2, 5, 40), 40),
    ("geometric 2", geometric(1, 2, 64), 64),
    ("geometric 3", geometric(1, 3, 81), 81),
    ("geometric 4", geometric(2, 4, 100), 100),
    ("one level", [4], 9),
)


def plans() -> Iterator[Plan]:
    """All scenarios, in order."""
    yield from _dyhpo_plans()
    yield from _promotion_plans()
    yield from _tied_plans()
    yield from _special_plans()


def _dyhpo_plans() -> Iterator[Plan]:
    """Every probability_sh, mode and ladder; the other settings take turns."""
    combinations = itertools.product(PROBABILITIES, MODES, LADDERS)
    for i, (probability, mode, (name, levels, max_t)) in enumerate(combinations):
        yield Plan(
            f"dyhpo, {name}", "dyhpo", mode, levels, max_t, 90, 1000 + i, probability,
            start_share=(0.2, 0.35, 0.5)[i % 3], decimals=(2, None, 1, 3)[i % 4],
            workers=(1, 4, 9, 2, 6)[i % 5], failing=(0.0, 0.05, 0.0)[i // 2 % 3],
            restarts=i % 7 == 0,
        )  # fmt: skip


def _promotion_plans() -> Iterator[Plan]:
    """Every mode, ladder and way of keeping brackets."""
    kept = ((1, True), (3, True), (3, False), (20, True))
    for i, (mode, (name, levels, max_t), (brackets, shared)) in enumerate(
        itertools.product(MODES, LADDERS, kept)
    ):
        yield Plan(
            f"promotion, {name}", "promotion", mode, levels, max_t, 110, 2000 + i,
            decimals=(None, 2, 1)[i % 3], workers=(4, 1, 8)[i % 3], failing=(0.0, 0.06)[i // 3 % 2],
            brackets=min(brackets, len(levels) + 1), shared=shared, restarts=i % 5 == 0,
        )  # fmt: skip


def _tied_plans() -> Iterator[Plan]:
    """Many equal metrics, so that the place of a promoted entry among its equals matters."""
    for i, (kind, mode, (name, levels, max_t)) in enumerate(
        itertools.product(("dyhpo", "promotion"), MODES, LADDERS[:8])
    ):
        yield Plan(
            f"{kind}, ties, {name}", kind, mode, levels, max_t, 120, 3000 + i, (0.25, 0.5, 0.9)[i % 3],
            start_share=0.4, decimals=(0, 1)[i % 2], workers=(1, 5)[i // 2 % 2], failing=0.02,
        )  # fmt: skip


def _special_plans() -> Iterator[Plan]:
    """A few long ones, and what we deliberately do differently; the latter kept few and short."""
    for i, (kind, mode) in enumerate(itertools.product(("dyhpo", "promotion"), MODES)):
        yield Plan(
            f"{kind}, long", kind, mode, linear(1, 1, 27), 27, 500, 4000 + i, 0.5, decimals=3, workers=8
        )
    for i, (probability, mode) in enumerate(itertools.product(PROBABILITIES, MODES)):
        yield Plan(
            "coin equal to probability_sh", "dyhpo", mode, linear(1, 1, 16), 16, 40, 5000 + i, probability,
            even_coins=0.3, decimals=3,
        )  # fmt: skip
    for i, (kind, mode) in enumerate(itertools.product(("dyhpo", "promotion") * 4, MODES)):
        yield Plan(
            f"{kind}, non-finite metrics", kind, mode, geometric(1, 3, 27), 27, 24, 6000 + i, 0.5,
            non_finite=0.06, decimals=2,
        )  # fmt: skip
    for i, (probability, mode) in enumerate(itertools.product((0.0, 0.25, 0.9), MODES * 2)):
        yield Plan(
            "space exhausted", "dyhpo", mode, linear(1, 1, 5), 5, 60, 7000 + i, probability,
            space=8 + i, workers=(1, 3)[i % 2],
        )  # fmt: skip


class ScriptedCoin:
    """Stands in for the reference's random state; returns the number it was given."""

    def __init__(self) -> None:
        self.value = 0.0

    def rand(self) -> float:
        return self.value


class ScriptedSearcher:
    """Stands in for the reference's searcher: derives its choice from `pick`, and notes what it saw."""

    def __init__(self, start_share: float) -> None:
        self._start_share = start_share
        self.pick = 0.0
        self.new_config: int | None = None
        self.shown: tuple[recording.Paused, ...] | None = None

    def score_paused_trials_and_new_configs(
        self, paused_trials: list[tuple[str, int, int]], min_resource: int, new_trial_id: str
    ) -> dict[str, Any]:
        self.shown = tuple((int(trial), pos, level) for trial, pos, level in paused_trials)
        can_start = self.new_config is not None
        index = recording.scripted_index(
            self.pick, self._start_share, len(paused_trials), can_start, abandons=True
        )
        if index is None:
            return {"config": self.new_config}
        trial, pos, _ = paused_trials[index]
        return {"trial_id": trial, "pos": pos}


@dataclass
class Running:
    """A running trial: where it is and which bracket it belongs to."""

    trial: int
    resource: int
    milestone: int
    system: int
    skip: int


@dataclass
class Recorder:
    """Plays one plan: virtual workers run trials, in random order, on the reference's rung systems."""

    plan: Plan
    running: list[Running] = field(default_factory=list)
    started: int = 0

    def __post_init__(self) -> None:
        plan = self.plan
        levels = list(plan.levels)
        quantiles = [low / high for low, high in zip(levels, [*levels[1:], plan.max_t], strict=True)]
        self.draw = np.random.Generator(np.random.PCG64(plan.seed))
        self.coin, self.searcher = ScriptedCoin(), ScriptedSearcher(plan.start_share)
        self.quality: dict[int, float] = {}
        self.bracket: dict[int, int] = {}
        self.scenario = recording.Scenario(
            f"{plan.family} #{plan.seed}", plan.kind, plan.family, plan.mode, levels, quantiles, plan.max_t,
            1 if plan.shared else plan.brackets, plan.probability_sh, plan.start_share,
        )  # fmt: skip
        self.systems = [self._rung_system(s) for s in range(self.scenario.systems)]

    def _rung_system(self, skip: int) -> Any:  # noqa: ANN401 - the reference's classes carry few types
        scenario = self.scenario
        settings = {
            "rung_levels": scenario.levels[skip:],
            "promote_quantiles": scenario.quantiles[skip:],
            "metric": METRIC,
            "mode": scenario.mode,
            "resource_attr": RESOURCE,
            "max_t": scenario.max_t,
        }
        if scenario.kind == "promotion":
            return PromotionRungSystem(**settings)
        return DyHPORungSystem(
            **settings,
            searcher=self.searcher,
            probability_sh=scenario.probability_sh,
            random_state=self.coin,
        )

    def play(self) -> recording.Scenario:
        decisions = idle = 0
        while decisions < self.plan.decisions and idle < STOP_AFTER_IDLE:
            free = len(self.running) < self.plan.workers
            if free and (not self.running or self.draw.random() < 0.6):
                began = self.schedule()
                decisions += 1
                idle = 0 if began else idle + 1
            else:
                self.advance(self.running[int(self.draw.integers(len(self.running)))])
        return self._finish()

    def schedule(self) -> bool:
        """Ask for a decision and carry it out. Whether a trial began to run."""
        plan, new_trial = self.plan, self.started
        bracket = int(self.draw.integers(plan.brackets))
        system, skip = (0, bracket) if plan.shared else (bracket, 0)
        coin, pick = round(float(self.draw.random()), 6), round(float(self.draw.random()), 6)
        if self.draw.random() < plan.even_coins:
            coin = plan.probability_sh
        new_config = new_trial if plan.space is None or new_trial < plan.space else None
        self.coin.value, self.searcher.pick, self.searcher.new_config = coin, pick, new_config
        self.searcher.shown = None
        outcome = self._outcome(self.systems[system].on_task_schedule(str(new_trial)), new_trial, system)
        asked = coin if plan.kind == "dyhpo" else None
        self.scenario.steps.append(recording.Schedule(system, new_trial, asked, pick, new_config, outcome))
        if outcome.resume_from:
            assert outcome.trial is not None
            origin = 0 if plan.restarts else outcome.resume_from
            self._add(Running(outcome.trial, origin, outcome.milestone, system, 0), outcome.resume_from)
            return True
        if new_config is None:
            return False
        self.started += 1
        first = self.systems[system].get_first_milestone(skip)
        self._add(Running(new_trial, 0, first, system, skip), None)
        self.quality[new_trial] = float(self.draw.random())
        return True

    def _outcome(self, answer: dict[str, Any], new_trial: int, system: int) -> recording.Outcome:
        """The reference's answer together with what it logged."""
        shown = self.searcher.shown
        if self.plan.kind == "promotion":
            if not answer:
                return recording.Outcome()
            trial, decision = int(answer["trial_id"]), recording.PROMOTE_RUNG
            return recording.Outcome(decision, trial, answer["resume_from"], answer["milestone"])
        trial, decision, milestone = self.systems[system].schedule_records[-1]
        if "trial_id" in answer:
            assert (trial, milestone) == (answer["trial_id"], answer["milestone"])
            return recording.Outcome(decision, int(trial), answer["resume_from"], milestone, paused=shown)
        assert int(trial) == new_trial
        config = answer["new_configuration"]
        return recording.Outcome(decision, new_trial, 0, milestone, config, shown)

    def _add(self, task: Running, resume_from: int | None) -> None:
        details: dict[str, Any] = {}
        if resume_from is not None:
            details = {"new_config": False, "milestone": task.milestone, "resume_from": resume_from}
        self.systems[task.system].on_task_add(str(task.trial), skip_rungs=task.skip, **details)
        self.scenario.steps.append(
            recording.Add(task.system, task.trial, task.skip, details.get("milestone"), resume_from)
        )
        self.running.append(task)

    def advance(self, task: Running) -> None:
        """A running trial fails, or reports: its milestone, or sometimes a resource before it."""
        if self.draw.random() < self.plan.failing:
            self._remove(task)
            return
        task.resource += 1
        if self.draw.random() < 0.8:
            task.resource = task.milestone
        metric = self._metric(task)
        result = {METRIC: metric, RESOURCE: task.resource}
        answer = self.systems[task.system].on_task_report(str(task.trial), result, skip_rungs=task.skip)
        told = tuple(
            answer[key] for key in ("task_continues", "milestone_reached", "next_milestone", "ignore_data")
        )
        self.scenario.steps.append(
            recording.Report(task.system, task.trial, task.skip, task.resource, metric, told)
        )
        if not answer["task_continues"]:
            self._remove(task)

    def _metric(self, task: Running) -> float:
        """A curve that improves with the resource, with noise, rounded as planned."""
        if self.draw.random() < self.plan.non_finite:
            return NON_FINITE[int(self.draw.integers(len(NON_FINITE)))]
        progress = task.resource / (task.resource + 3)
        error = self.quality[task.trial] * (1.5 - progress) + 0.1 * float(self.draw.random())
        value = error if self.plan.mode == "min" else 1 - error
        return value if self.plan.decimals is None else round(value, self.plan.decimals)

    def _remove(self, task: Running) -> None:
        self.systems[task.system].on_task_remove(str(task.trial))
        self.scenario.steps.append(recording.Remove(task.system, task.trial))
        self.running.remove(task)

    def _finish(self) -> recording.Scenario:
        scenario, first = self.scenario, self.systems[0]
        skips = range(len(scenario.levels) + 2)
        scenario.milestones = [first.get_milestones(skip) for skip in skips]
        scenario.first_milestones = [first.get_first_milestone(skip) for skip in skips]
        scenario.final_paused = [
            [(int(trial), pos, level) for trial, pos, _, level in system.paused_trials()]
            for system in self.systems
        ]
        if scenario.kind == "dyhpo":
            scenario.summary = first.summary_schedule_records()
        return scenario


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, default=recording.DATA, help="file to write")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)  # the reference warns about levels that aren't linear
    scenarios = [Recorder(plan).play() for plan in plans()]
    recording.write(arguments.out, scenarios)
    decisions = sum(1 for scenario in scenarios for _ in scenario.decisions())
    size = arguments.out.stat().st_size
    print(f"{len(scenarios)} scenarios, {decisions} decisions, {size} bytes: {arguments.out}")


if __name__ == "__main__":
    main()
