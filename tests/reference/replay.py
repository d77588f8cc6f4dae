"""Plays a recorded scenario on our rung systems and notes where they differ from the reference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.schedulers.rung_systems import KEY_NEW_CONFIGURATION, DyHPORungSystem, PromotionRungSystem
from simdyhpo.schedulers.rungs import Choice
from tests.reference.deviations import State, explain
from tests.reference.recording import (
    Add,
    Outcome,
    Paused,
    Remove,
    Report,
    Scenario,
    Schedule,
    scripted_index,
)

METRIC, RESOURCE = "metric", "resource"


@dataclass
class Tally:
    """What a replay counted: decisions by kind, differences by the predicate that explains them."""

    decisions: int = 0
    kinds: Counter[int | None] = field(default_factory=Counter)
    differences: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)


class ScriptedCoin:
    """A `random_state` that returns the recorded number."""

    value = 0.0

    def random(self) -> float:
        return self.value


class ScriptedSearcher:
    """Derives its choice from the recorded number, as the recorder's does, and notes what it was shown."""

    def __init__(self, start_share: float) -> None:
        self._start_share = start_share
        self.pick = 0.0
        self.new_config: int | None = None
        self.shown: tuple[Paused, ...] | None = None

    def score_paused_trials_and_new_configs(
        self, paused_trials: Sequence[tuple[str, int, int]], min_resource: int, new_trial_id: str
    ) -> dict[str, Any]:
        self.shown = tuple((int(trial), pos, level) for trial, pos, level in paused_trials)
        index = scripted_index(
            self.pick,
            self._start_share,
            len(paused_trials),
            can_start=self.new_config is not None,
            abandons=False,
        )
        if index is None:
            return {"config": self.new_config}
        trial, pos, _ = paused_trials[index]
        return {"trial_id": trial, "pos": pos}


class Replay:
    """Our rung systems in a recorded scenario.

    Our choice is compared; then the reference's decision is carried out, so that both stay in the same
    state after a difference.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.tally = Tally()
        self.coin, self.searcher = ScriptedCoin(), ScriptedSearcher(scenario.start_share)
        self.systems = [self._rung_system(skip) for skip in range(scenario.systems)]
        self.states = [State(scenario, skip) for skip in range(scenario.systems)]

    def run(self) -> Tally:
        for step in self.scenario.steps:
            match step:
                case Schedule():
                    self._schedule(step)
                case Add():
                    self._add(step)
                case Report():
                    self._report(step)
                case Remove():
                    self.systems[step.system].on_task_remove(str(step.trial))
        return self.tally

    def _rung_system(self, skip: int) -> PromotionRungSystem:
        scenario = self.scenario
        settings: dict[str, Any] = {
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

    def _schedule(self, step: Schedule) -> None:
        system, state, expected = self.systems[step.system], self.states[step.system], step.reference
        self.coin.value = step.coin if step.coin is not None else 0.0
        self.searcher.pick, self.searcher.new_config = step.pick, step.new_config
        self.searcher.shown = None
        ours = _outcome(system.choose(str(step.new_trial)), self.searcher.shown)
        self.tally.decisions += 1
        self.tally.kinds[expected.decision] += 1
        if ours == expected:
            # `choose` changed nothing, so the public method must now say the same, in the source's words.
            assert system.on_task_schedule(str(step.new_trial)) == _answer(expected), step
        else:
            name = explain(self.scenario, state, step, ours)
            if name is None:
                self.tally.unexplained.append(f"{self.scenario.name}: {step} but ours {ours}")
            else:
                self.tally.differences[name] += 1
            if expected.resume_from or expected.config is not None:
                system.commit(_choice(expected))
        state.decide(expected)

    def _add(self, step: Add) -> None:
        resumed: dict[str, Any] = {}
        if step.milestone is not None:
            resumed = {"new_config": False, "milestone": step.milestone, "resume_from": step.resume_from}
        self.systems[step.system].on_task_add(str(step.trial), skip_rungs=step.skip_rungs, **resumed)

    def _report(self, step: Report) -> None:
        result = {METRIC: step.metric, RESOURCE: step.resource}
        answer = self.systems[step.system].on_task_report(str(step.trial), result, step.skip_rungs)
        keys = ("task_continues", "milestone_reached", "next_milestone", "ignore_data")
        assert answer == dict(zip(keys, step.answer, strict=True)), step
        self.states[step.system].report(step)


def _outcome(choice: Choice | None, shown: tuple[Paused, ...] | None) -> Outcome:
    if choice is None:
        return Outcome(paused=shown)
    decision, trial = int(choice.decision), int(choice.trial_id)
    return Outcome(decision, trial, choice.resume_from, choice.milestone, choice.config, shown)


def _choice(outcome: Outcome) -> Choice:
    assert outcome.decision is not None
    return Choice(
        decision=ScheduleDecision(outcome.decision),
        trial_id=str(outcome.trial),
        resume_from=outcome.resume_from,
        milestone=outcome.milestone,
        config=outcome.config,
    )


def _answer(outcome: Outcome) -> dict[str, Any]:
    """The dictionary of `on_task_schedule`."""
    if outcome.resume_from:
        trial, resume_from = str(outcome.trial), outcome.resume_from
        return {"trial_id": trial, "resume_from": resume_from, "milestone": outcome.milestone}
    return {} if outcome.config is None else {KEY_NEW_CONFIGURATION: outcome.config}
