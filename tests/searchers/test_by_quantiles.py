"""Conformal quantile regression: the corrections, what the model knows, and who starts."""

import math

import numpy as np
import pytest

from simdyhpo.decisions import Decided, Reported, Resume, ScheduleDecision, Start
from simdyhpo.protocols import Place
from simdyhpo.schedulers.asha_cqr import CQRASHA, CQROptions
from simdyhpo.searchers.by_quantiles import corrections
from simdyhpo.streams import Streams
from tests.making import falling, problem

PLACE = Place(1)
RANDOM = ScheduleDecision.START_RANDOM


def chooser(of, **options):
    return CQRASHA(of, CQROptions(**options))._chooser


def observe(who, of, configurations, resource=1, value=float):
    for configuration in configurations:
        of.candidates.take(configuration)
        trial = who.starts.started
        who.tell(Decided(trial, Start(configuration, resource, RANDOM)))
        who.tell(Reported(trial, configuration, resource, [value(configuration)], False, 1))


def test_corrections_by_hand():
    """Levels 1/4, 1/2, 3/4; half of four rows must lie inside: the third of the errors, ceil(5 / 2)."""
    predicted = np.array([[0.0] * 4, [1.0] * 4, [2.0] * 4])
    seen = np.array([-1.0, 1.0, 5.0, 1.5])  # 1 and 3 outside, 1 and 1/2 inside
    assert corrections(predicted, seen, np.array([0.25, 0.5, 0.75])).tolist() == [-1.0, 0.0, 1.0]
    inside = corrections(predicted, np.array([0.5, 1.0, 1.5, 1.0]), np.array([0.25, 0.5, 0.75]))
    assert inside.tolist() == [0.5, 0.0, -0.5]  # all lie inside by 1/2 at least: quantiles move inwards


def test_too_few_rows_for_a_share_take_the_largest_error():
    predicted = np.array([[0.0, 0.0], [2.0, 2.0]])
    found = corrections(predicted, np.array([3.0, 7.0]), np.array([0.1, 0.9]))  # ceil(3 * 0.8) is 3
    assert found.tolist() == [-5.0, 5.0]


def test_corrected_quantiles_hold_their_share():
    """Of many rows of pure noise, between the outer quantiles lie two thirds, whatever the model learnt."""
    noise = Streams(0).generator("noise").normal(size=1500)
    shares = {}
    for name, options in (("corrected", {"held_out": 0.5}), ("not", {"least_to_correct": 10_000})):
        of = problem(falling(1500, 3))
        who = chooser(of, refit_growth=10, trees=200, depth=6, learning_rate=0.5, **options)
        who._due = 200
        observe(who, of, range(0, 1400, 7), value=lambda c: noise[c])
        quantiles = who._quantiles()
        shares[name] = np.mean((noise > quantiles[0]) & (noise <= quantiles[-1]))
    assert shares["corrected"] == pytest.approx(2 / 3, abs=0.1)  # 100 rows held out say it so well
    assert shares["not"] < 0.6


def test_the_model_learns_from_the_last_value_of_each_trial():
    of = problem(falling(60, 9))
    who = chooser(of, refit_growth=0)
    observe(who, of, [3, 4])
    who.tell(Decided(0, Resume(0, 1, 3, ScheduleDecision.PROMOTE_RUNG)))
    who.tell(Reported(0, 3, 3, [2.0, 1.0], False, 1))
    assert who._rows == [(3, 1.0), (4, 4.0)]


def test_it_is_made_anew_as_reports_grow_and_not_when_it_is_asked():
    of = problem(falling(60, 9))
    who = chooser(of, refit_growth=0.5)
    known = []
    for configuration in range(12):
        observe(who, of, [configuration])
        known.append(len(who._rows))
    assert known == [1, 2, 3, 3, 5, 5, 5, 8, 8, 8, 8, 12]
    assert who.diagnostics() == {"refits": 6}


def test_the_best_of_quantiles_drawn_at_random_starts():
    of = problem(falling(200, 9))
    who = chooser(of, refit_growth=0, candidates=50)
    observe(who, of, range(0, 200, 5))
    generator = of.streams.generator("cqr-candidates/40")
    drawn = generator.permutation(of.candidates.unused())[:50]
    values = who._quantiles()[generator.integers(5, size=50), drawn]
    start = who.propose(PLACE)
    assert start.decision is ScheduleDecision.START_MODEL
    assert start.configuration == drawn[values.argmin()]
    assert start.reason.score == -values.min()
    assert who.propose(PLACE) == start
    assert start.configuration < 60


def test_random_until_enough_have_started_and_something_is_finite():
    of = problem(falling(60, 9))
    who = chooser(of)
    observe(who, of, range(4))
    assert who.propose(PLACE).decision is RANDOM
    observe(who, of, [4])
    assert who.propose(PLACE).decision is ScheduleDecision.START_MODEL
    none = problem(falling(60, 9))
    observe(lost := chooser(none), none, range(9), value=lambda _: math.inf)
    assert lost.propose(PLACE).decision is RANDOM
