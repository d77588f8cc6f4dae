"""The model-based searcher on a surrogate that answers as told: candidates, incumbents, ties, reasons."""

import math

import numpy as np
import pytest

from simdyhpo.decisions import Decided, Reported, Resume, ScheduleDecision, Start
from simdyhpo.searchers import SEARCHERS, searcher_class
from simdyhpo.searchers.dynamic import DynamicHPOSearcher
from simdyhpo.searchers.settings import DecayOptions, DeepKernelOptions
from tests.making import falling, problem, table


class Answering:
    """Predicts what a function of (configuration, resource) says; remembers what it was told."""

    def __init__(self, options, streams):
        self.mean = lambda configuration, resource: float(configuration)
        self.deviation = 1.0
        self.asked = []

    def fit(self, observations):
        self.observations = observations

    def predict(self, configurations, resources):
        self.asked.append(list(zip(configurations.tolist(), resources.tolist(), strict=True)))
        mean = [self.mean(c, r) for c, r in zip(configurations, resources, strict=True)]
        return np.array(mean), np.full(len(configurations), self.deviation)

    def diagnostics(self):
        return {"asked": len(self.asked)}


class Searcher(DynamicHPOSearcher):
    surrogate = f"{__name__}:Answering"


def searcher(of=None, kind=Searcher, sampling="without-replacement", **options):
    given = problem(of or falling(8, 4), sampling=sampling)
    settings = (DecayOptions if kind is AsManySearcher else DeepKernelOptions)(**options)
    made = kind.__new__(kind)
    DynamicHPOSearcher.__init__(made, given, settings)
    made.candidates = given.candidates
    return made


class AsManySearcher(Searcher):
    as_many_as_paused = True


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    """`module:Class` is looked up by import."""
    import sys

    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or __import__(__name__))


def start(of, trial, configuration, values):
    """A trial starts and reports `values` one by one, pausing in between."""
    of.tell(Decided(trial, Start(configuration, 1, ScheduleDecision.START_DYHPO)))
    of.candidates.take(configuration)
    for resource, value in enumerate(values, start=1):
        if resource > 1:
            of.tell(Decided(trial, Resume(trial, resource - 1, resource, ScheduleDecision.PROMOTE_DYHPO)))
        of.tell(Reported(trial, configuration, resource, [value], False, 1))


def ask(of, paused=()):
    return of.score_paused_trials_and_new_configs(list(paused), 1, "new")


def test_first_configuration_is_the_next_random_one():
    of = searcher()
    first = of.candidates.next_random()
    assert ask(of) == {"config": {"configuration": first}}
    assert of.explain().new_scored == 1
    assert math.isnan(of.explain().score)


def test_initial_random_counts_trials():
    of = searcher(initial_random=2)
    start(of, 0, of.candidates.next_random(), [3.0])
    assert ask(of, [("0", 0, 2)]) == {"config": {"configuration": of.candidates.next_random()}}
    start(of, 1, of.candidates.next_random(), [3.0])
    ask(of, [("0", 0, 2)])
    assert of._surrogate.asked


def test_the_lowest_mean_wins_and_the_reason_says_why():
    of = searcher()
    start(of, 0, 5, [3.0])
    assert ask(of, [("0", 0, 2)]) == {"config": {"configuration": 0}}
    reason = of.explain()
    assert (reason.paused_scored, reason.new_scored) == (1, 7)
    assert reason.runner_up_kind == "new"
    assert reason.score == pytest.approx(math.log(3.0), abs=1e-3)  # three deviations better: nearly certain
    assert reason.score > reason.runner_up
    assert (reason.mean, reason.deviation) == (0.0, 1.0)
    assert of._surrogate.asked[-1] == [(5, 2), *[(c, 1) for c in (0, 1, 2, 3, 4, 6, 7)]]


def test_what_is_hopeless_is_still_compared():
    """All of them are more than 38 deviations off, where the improvement itself is 0 to the last digit."""
    of = searcher()
    start(of, 0, 5, [3.0])
    of._surrogate.mean = lambda configuration, resource: 100.0 - configuration
    assert ask(of, [("0", 0, 2)]) == {"config": {"configuration": 7}}
    assert of.explain().score > of.explain().runner_up > -math.inf


@pytest.mark.parametrize("winner", [0, 1])
def test_the_runner_up_is_another_candidate(winner):
    """Also where none can improve on anything, so that all scores are the lowest there is."""
    of = searcher(table([[3.0, 3.0], [2.0, 2.0]]))
    start(of, 0, 0, [3.0])
    scores = np.array([-1.0, -np.inf]) if winner else np.full(2, -np.inf)
    of._scores = lambda configurations, levels: (np.zeros(2), np.zeros(2), np.roll(scores, winner))
    ask(of, [("0", 0, 2)])
    reason = of.explain()
    assert reason.runner_up == -np.inf
    assert reason.runner_up_kind == ("paused" if winner else "new")


def test_a_paused_trial_can_win():
    of = searcher()
    start(of, 0, 5, [3.0])
    of._surrogate.mean = lambda configuration, resource: -float(resource)
    assert ask(of, [("0", 0, 2)]) == {"trial_id": "0", "pos": 0}
    assert of.explain().runner_up_kind == "new"


def test_ties_go_to_paused_trials_in_the_order_shown():
    of = searcher()
    start(of, 0, 5, [3.0, 3.0])
    start(of, 1, 6, [3.0])
    of._surrogate.mean = lambda configuration, resource: 1.0
    of._heard.best_at[:] = 3.0
    assert ask(of, [("0", 0, 3), ("1", 0, 2)])["trial_id"] == "0"
    assert ask(of, [("1", 0, 2), ("0", 0, 3)])["trial_id"] == "1"


@pytest.mark.parametrize(
    ("incumbent", "expected"), [("level", [2.0, 1.5, 1.5]), ("overall", [1.5, 1.5, 1.5])]
)
def test_incumbents(incumbent, expected):
    """At a level where something was observed its best, elsewhere the best of all."""
    of = searcher(incumbent=incumbent)
    start(of, 0, 5, [3.0, 1.5])
    start(of, 1, 6, [2.0])
    np.testing.assert_array_equal(of._incumbents(np.array([1, 2, 3])), expected)


def test_horizons():
    levels = np.array([1, 2, 3])
    assert searcher(horizon="next")._targets(levels).tolist() == [1, 2, 3]
    assert searcher(horizon="last")._targets(levels).tolist() == [4, 4, 4]
    drawn = searcher(horizon="random")._targets(levels)
    assert (drawn >= levels).all()
    assert (drawn <= 4).all()


def test_candidates_bound_the_new_ones_and_change_with_the_decision():
    of = searcher(falling(60, 4), candidates=5)
    start(of, 0, 5, [3.0])
    ask(of)
    ask(of)
    start(of, 1, 6, [3.0])
    ask(of)
    first, again, later = of._surrogate.asked
    assert len(first) == 5
    assert first == again != later
    assert all(configuration not in (5, 6) for configuration, _ in later)


def test_at_least_as_many_as_paused():
    of = searcher(falling(60, 4), kind=AsManySearcher, candidates=2, initial_random=1)
    for trial in range(7):
        start(of, trial, trial, [3.0])
    ask(of, [(str(trial), trial, 2) for trial in range(7)])
    assert len(of._surrogate.asked[-1]) == 14


def test_values_that_are_not_finite_are_left_out_and_counted():
    of = searcher(falling(3, 4))
    start(of, 0, 0, [float("nan")])
    assert ask(of) == {"config": {"configuration": of.candidates.next_random()}}
    start(of, 1, 1, [float("inf")])
    start(of, 2, 2, [2.0])
    assert ask(of) == {}
    assert ask(of, [("2", 0, 2)]) == {"trial_id": "2", "pos": 0}
    assert of.diagnostics()["non_finite_values"] == 2
    assert of._surrogate.observations.values.tolist() == [2.0]


def test_maximised_metrics_are_turned_round_and_back():
    of = searcher(table([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], mode="max"))
    start(of, 0, 1, [0.3])
    of._surrogate.mean = lambda configuration, resource: -0.9
    ask(of)
    assert of._surrogate.observations.values.tolist() == [-0.3]
    assert of.explain().mean == 0.9


def test_running_trials_are_pending():
    of = searcher()
    start(of, 0, 5, [3.0])
    of.tell(Decided(1, Start(2, 1, ScheduleDecision.START_DYHPO)))
    of.tell(Decided(0, Resume(0, 1, 3, ScheduleDecision.PROMOTE_SH)))
    observations = of._heard.observations()
    assert observations.pending_configurations.tolist() == [2, 5]
    assert observations.pending_resources.tolist() == [1, 3]
    of.tell(Reported(0, 5, 3, [2.0, 1.0], False, 2))
    observations = of._heard.observations()
    assert observations.pending_configurations.tolist() == [2]
    assert observations.resources.tolist() == [1, 2, 3]
    assert observations.lengths[5] == 3


def test_more_observations_than_the_first_room():
    of = searcher(falling(400, 2))
    for trial in range(400):
        start(of, trial, trial, [float(trial)])
    np.testing.assert_array_equal(of._heard.observations().values, np.arange(400.0))


def test_nothing_to_run_is_an_empty_answer():
    of = searcher(falling(1, 4))
    start(of, 0, 0, [2.0])
    assert ask(of) == {}


@pytest.mark.parametrize("name", SEARCHERS)
def test_every_searcher_has_options_with_defaults(name):
    searcher_class(name).Options()
