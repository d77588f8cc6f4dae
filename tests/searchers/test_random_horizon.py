"""Chances at random horizons: the draws, what is asked of the surrogate, who wins."""

import math

import numpy as np
import pytest

from simdyhpo.decisions import Decided, Reported, ScheduleDecision, Start
from simdyhpo.searchers.random_horizon import RandomHorizonSearcher
from simdyhpo.searchers.settings import FreezeThawOptions
from tests.making import falling, problem


class Answering:
    """Predicts the configuration's number, whatever the resource; remembers what it was asked."""

    def __init__(self, options, streams):
        self.asked = []

    def fit(self, observations):
        self.observations = observations

    def predict(self, configurations, resources):
        self.asked.append(list(zip(configurations.tolist(), resources.tolist(), strict=True)))
        return configurations.astype(float), np.full(len(configurations), 2.0)

    def diagnostics(self):
        return {}


class Searcher(RandomHorizonSearcher):
    surrogate = f"{__name__}:Answering"


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    """`module:Class` is looked up by import."""
    import sys

    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or __import__(__name__))


def searcher(resources=4, **options):
    given = problem(falling(8, resources))
    made = Searcher(given, FreezeThawOptions(**{"initial_random": 1, **options}))
    made.candidates = given.candidates
    return made


def start(of, trial, configuration, value):
    of.tell(Decided(trial, Start(configuration, 1, ScheduleDecision.START_MODEL)))
    of.candidates.take(configuration)
    of.tell(Reported(trial, configuration, 1, [value], False, 1))


def ask(of, paused=()):
    return of.score_paused_trials_and_new_configs(list(paused), 1, "new")


def test_draws_belong_to_the_decision():
    """Asked again they are the same; the next decision has others; horizons take all of 1 ... R."""
    of, other = searcher(), searcher()
    start(of, 0, 5, 3.0)
    assert [of.horizon(), of.threshold()] == [of.horizon(), of.threshold()]
    horizons, thresholds = [], []
    for trial in range(1, 60):
        of._heard.decided = other._heard.decided = trial
        horizons.append(of.horizon())
        thresholds.append(of.threshold())
        assert other.horizon() == horizons[-1]
    assert set(horizons) == {1, 2, 3, 4}
    assert len(set(thresholds)) == 59


def test_the_threshold_by_hand():
    """Values 2 and 6: with a quarter of headroom the ideal is 1, and 10^t of that 1 is asked for."""
    of = searcher(headroom=0.25)
    start(of, 0, 5, 6.0)
    start(of, 1, 6, 2.0)
    power = -4 + 3 * of._problem.streams.uniforms("searcher-threshold")[2]
    assert of.threshold() == pytest.approx(2.0 - 10**power)
    asked = []
    for decided in range(200):
        of._heard.decided = decided
        asked.append(math.log10(2.0 - of.threshold()))
    assert -4 <= min(asked) < -3.8
    assert -1.2 < max(asked) < -1


def test_candidates_are_judged_a_horizon_ahead_of_where_they_stand():
    of = searcher()
    start(of, 0, 5, 3.0)
    ahead = of.horizon()
    ask(of, [("0", 0, 3)])  # it stands at 2
    assert of._surrogate.asked[-1][0] == (5, min(2 + ahead, 4))
    assert {resource for _, resource in of._surrogate.asked[-1][1:]} == {ahead}


def test_the_likeliest_wins_and_the_reason_says_why():
    of = searcher()
    start(of, 0, 5, 3.0)
    assert ask(of, [("0", 0, 2)]) == ask(of, [("0", 0, 2)]) == {"config": {"configuration": 0}}
    reason, threshold = of.explain(), of.threshold()
    chance = 0.5 * math.erfc(-(threshold - 0.0) / 2.0 / math.sqrt(2))
    assert math.exp(reason.score) == pytest.approx(chance)
    assert (reason.mean, reason.deviation, reason.paused_scored, reason.new_scored) == (0.0, 2.0, 1, 7)
    assert 0 > reason.score > reason.runner_up


def test_it_starts_at_random():
    of = searcher()
    assert ask(of) == {"config": {"configuration": of.candidates.next_random()}}
    assert math.isnan(of.explain().score)
