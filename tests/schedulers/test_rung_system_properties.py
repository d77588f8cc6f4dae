"""Laws of the DyHPO rung system, whatever is reported, whoever fails, whatever the searcher picks."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.schedulers.levels import promote_quantiles
from simdyhpo.schedulers.rung_systems import KEY_NEW_CONFIGURATION, DyHPORungSystem
from simdyhpo.streams import Streams

pytestmark = pytest.mark.once

PROMOTIONS = {ScheduleDecision.PROMOTE_SH, ScheduleDecision.PROMOTE_DYHPO}
METRICS = st.one_of(
    st.sampled_from([0.0, 0.25, 0.25, 0.5, 1.0]),  # ties
    st.sampled_from([math.nan, math.inf, -math.inf]),
    st.floats(-10, 10),
)


class Coins:
    """Notes every number that it draws."""

    def __init__(self, seed: int) -> None:
        self._generator = Streams(seed).generator("coins")
        self.drawn: list[float] = []

    def random(self) -> float:
        self.drawn.append(self._generator.random())
        return self.drawn[-1]


class AnySearcher:
    """Picks any paused trial or a new configuration; with none left, any paused trial or nothing."""

    def __init__(self, seed: int, configurations: int) -> None:
        self._generator = Streams(seed).generator("picks")
        self.left = configurations
        self.asked = 0

    def score_paused_trials_and_new_configs(self, paused_trials, min_resource, new_trial_id):
        self.asked += 1
        place = int(self._generator.integers(len(paused_trials) + 2))
        if place < len(paused_trials):
            trial_id, pos, _ = paused_trials[place]
            return {"trial_id": trial_id, "pos": pos}
        if not self.left:
            return {}
        self.left -= 1
        return {"config": {"number": self.left}}


def specified_halving(results, promoted, levels, max_t, mode):
    """What successive halving promotes: (trial, level), from plain lists and exact fractions.

    Args:
        results: {level: [(trial, metric), ...]} in the order of arrival.
        promoted: {level: [trial, ...]} in the order of promotion.
    """
    sign = 1 if mode == "min" else -1
    for level, quantile in reversed(list(zip(levels, promote_quantiles(levels, max_t), strict=True))):
        finite = [(t, sign * m) for t, m in results[level] if math.isfinite(m)]
        waiting = [(t, key) for t, key in finite if t not in promoted[level]]
        if len(finite) < 2 or not waiting:
            continue
        trial, best = min(waiting, key=lambda pair: pair[1])  # the first of equals
        keys = sorted(Fraction(key) for _, key in finite)
        place = (len(keys) - 1) * Fraction(quantile)
        low, high = keys[math.floor(place)], keys[math.ceil(place)]
        cutoff = low + (high - low) * (place - math.floor(place))
        # Where both differ by rounding alone, either answer is right.
        if abs(Fraction(best) - cutoff) < Fraction(1, 10**12) and low != high:
            return "either"
        if best <= cutoff:
            return trial, level
    return None


class RungSystemMachine(RuleBasedStateMachine):
    """Schedules, reports and failures in any order, beside a model made of plain lists."""

    @initialize(
        mode=st.sampled_from(["min", "max"]),
        levels=st.sampled_from([[1, 2, 3], [1, 3], [2, 4], [1]]),
        probability=st.sampled_from([0, 0.25, 0.5, 1]),
        seed=st.integers(0, 20),
        configurations=st.sampled_from([3, 10, 1000]),
    )
    def set_up(self, mode, levels, probability, seed, configurations):
        self.mode, self.levels, self.max_t, self.probability = mode, levels, 5, probability
        self.coins, self.searcher = Coins(seed), AnySearcher(seed, configurations)
        self.rungs = DyHPORungSystem(
            levels, promote_quantiles(levels, 5), "loss", mode, "epoch", 5, self.searcher,
            probability, self.coins,
        )  # fmt: skip
        self.running: dict[str, tuple[int, int]] = {}  # trial: (resume_from, milestone)
        self.path: dict[str, list[int]] = {}  # trial: milestones so far
        self.results = {level: [] for level in [*levels, self.max_t]}
        self.promoted = {level: [] for level in levels}
        self.arrivals = {level: [] for level in [*levels, self.max_t]}  # promoted: taken out, put back
        self.log: list[tuple[str, int, int]] = []
        self.decisions = 0

    @rule()
    def schedule(self):
        expected = specified_halving(self.results, self.promoted, self.levels, self.max_t, self.mode)
        new_trial, asked = str(len(self.path)), self.searcher.asked
        answer = self.rungs.on_task_schedule(new_trial)
        self.decisions += 1
        tried = self.coins.drawn[-1] < self.probability
        by_halving = self.searcher.asked == asked
        if expected != "either":
            assert by_halving == (tried and expected is not None)
        if by_halving:
            assert tried
        if not answer:
            assert not self.searcher.left
            return
        if KEY_NEW_CONFIGURATION in answer:
            assert list(answer) == [KEY_NEW_CONFIGURATION]
            self.path[new_trial] = [self.levels[0]]
            self.rungs.on_task_add(new_trial, 0)
            self.running[new_trial] = (0, self.levels[0])
            self.log.append((new_trial, ScheduleDecision.START_DYHPO, self.levels[0]))
            return
        trial, resume_from, milestone = answer["trial_id"], answer["resume_from"], answer["milestone"]
        if by_halving and expected != "either":
            assert (trial, resume_from) == expected
        assert trial not in self.running, "no trial runs twice at once"
        assert trial not in self.promoted[resume_from], "none is promoted twice from a rung"
        assert self.path[trial][-1] == resume_from < milestone, "milestones rise strictly"
        metric = dict(self.results[resume_from])[trial]
        assert math.isfinite(metric), "a diverged trial is never promoted"
        self.promoted[resume_from].append(trial)
        self.arrivals[resume_from].remove(trial)
        self.arrivals[resume_from].append(trial)
        self.path[trial].append(milestone)
        self.running[trial] = (resume_from, milestone)
        kind = ScheduleDecision.PROMOTE_SH if by_halving else ScheduleDecision.PROMOTE_DYHPO
        self.log.append((trial, kind, milestone))
        self.rungs.on_task_add(trial, 0, new_config=False, milestone=milestone, resume_from=resume_from)

    @rule(pick=st.integers(0, 1000), metric=METRICS, stepwise=st.booleans())
    def report(self, pick, metric, stepwise):
        if not self.running:
            return
        trial = sorted(self.running)[pick % len(self.running)]
        resume_from, milestone = self.running[trial]
        first = 1 if stepwise else milestone
        for epoch in range(first, milestone + 1):
            answer = self.rungs.on_task_report(trial, {"loss": metric, "epoch": epoch}, 0)
            assert answer["milestone_reached"] == (epoch == milestone)
            assert answer["task_continues"] == (epoch < milestone)
            assert answer["ignore_data"] == (epoch <= resume_from)
        self.rungs.on_task_remove(trial)
        del self.running[trial]
        self.results[milestone].append((trial, metric))
        self.arrivals[milestone].append(trial)

    @rule(pick=st.integers(0, 1000))
    def fail(self, pick):
        if not self.running:
            return
        trial = sorted(self.running)[pick % len(self.running)]
        self.rungs.on_task_remove(trial)
        del self.running[trial]

    @invariant()
    def counts_equal_the_log(self):
        if not hasattr(self, "rungs"):
            return
        assert self.rungs.schedule_records == self.log
        kinds = Counter(kind for _, kind, _ in self.log)
        assert self.rungs.summary_schedule_records() == {
            "promoted_by_sh": kinds[ScheduleDecision.PROMOTE_SH],
            "promoted_by_dyhpo": kinds[ScheduleDecision.PROMOTE_DYHPO],
            "started_by_dyhpo": kinds[ScheduleDecision.START_DYHPO],
        }
        assert len(self.coins.drawn) == self.decisions
        if self.probability == 0:
            assert kinds[ScheduleDecision.PROMOTE_SH] == 0

    @invariant()
    def paused_trials_are_the_finite_ones_not_promoted(self):
        """In the order specified: best first, equals as they came; a promoted one is put back last."""
        if not hasattr(self, "rungs"):
            return
        sign = 1 if self.mode == "min" else -1
        above = dict(zip(self.levels, [*self.levels[1:], self.max_t], strict=True))
        expected = []
        for level in reversed(self.levels):
            promoted, metrics = self.promoted[level], dict(self.results[level])
            keys = {t: sign * m if math.isfinite(m) else math.inf for t, m in metrics.items()}
            arranged = sorted(self.arrivals[level], key=keys.__getitem__)
            expected += [
                (trial, pos, above[level])
                for pos, trial in enumerate(arranged)
                if trial not in promoted and math.isfinite(metrics[trial])
            ]
        assert self.rungs.paused_trials() == expected


TestRungSystem = RungSystemMachine.TestCase
TestRungSystem.settings = settings(max_examples=150, stateful_step_count=60)


def always_something_to_promote(probability_sh: float, decisions: int, seed: int):
    """Before each decision a trial pauses that is better than all before it, so halving can promote it."""
    searcher, coins = AnySearcher(seed, 10 * decisions), Coins(seed)
    rungs = DyHPORungSystem([1], [0.5], "loss", "min", "epoch", 2, searcher, probability_sh, coins)
    for trial in range(decisions):
        rungs.on_task_add(f"t{trial}", 0)
        rungs.on_task_report(f"t{trial}", {"loss": -float(trial), "epoch": 1}, 0)
        rungs.on_task_remove(f"t{trial}")
        if trial:
            rungs.on_task_schedule(f"new{trial}")
    return rungs, coins, searcher


@pytest.mark.parametrize("probability_sh", [0.05, 0.25, 0.5, 0.9])
def test_share_of_coins_below_the_probability(probability_sh):
    decisions = 2500
    rungs, coins, searcher = always_something_to_promote(probability_sh, decisions + 1, seed=1)
    below = sum(coin < probability_sh for coin in coins.drawn)
    deviation = math.sqrt(decisions * probability_sh * (1 - probability_sh))
    assert abs(below - decisions * probability_sh) < 3 * deviation
    assert rungs.summary_schedule_records()["promoted_by_sh"] == below
    assert searcher.asked == decisions - below


def test_probability_1_always_tries_and_0_never():
    always, _, searcher = always_something_to_promote(1, 200, seed=0)
    assert always.summary_schedule_records()["promoted_by_sh"] == 199
    assert searcher.asked == 0
    never, _, searcher = always_something_to_promote(0, 200, seed=0)
    assert never.summary_schedule_records()["promoted_by_sh"] == 0
    assert searcher.asked == 199


@given(seed=st.integers(0, 1000), first=st.floats(0, 1), second=st.floats(0, 1))
@settings(max_examples=30)
def test_runs_that_differ_in_the_probability_alone_see_the_same_coins(seed, first, second):
    """So whoever tries halving at the lower probability tries it at the higher one, too."""
    drawn = [always_something_to_promote(p, 50, seed)[1].drawn for p in (first, second)]
    assert drawn[0] == drawn[1]
    low, high = sorted((first, second))
    tries = [np.array(drawn[0]) < p for p in (low, high)]
    assert not (tries[0] & ~tries[1]).any()
