"""PriorBand: who is asked, with which probability; what a prior may say; and Hyperband underneath."""

from __future__ import annotations

import numpy as np
import pytest

from simdyhpo.decisions import Decided, Reported, ScheduleDecision, Start
from simdyhpo.errors import OptionError, UnknownNameError
from simdyhpo.protocols import Place
from simdyhpo.runs.front_door import simulate
from simdyhpo.schedulers.priorband import PriorBand, PriorBandOptions
from tests.making import falling, problem

RANDOM, MODEL = ScheduleDecision.START_RANDOM, ScheduleDecision.START_MODEL


def chooser(of, prior=None, **options):
    return PriorBand(of, PriorBand.parse_options({"prior": prior, **options}))._by_prior


def observe(who, of, rows, resource):
    for configuration, value in rows:
        of.candidates.take(configuration)
        trial = who.starts.started
        who.tell(Decided(trial, Start(configuration, resource, RANDOM)))
        who.tell(Reported(trial, configuration, resource, [value] * resource, False, 1))


def test_the_more_resource_at_once_the_less_is_random():
    """Levels 1, 3, 9 of nine resources, eta 3: 1 / (1 + 3^r)."""
    who = chooser(problem(falling(40, 9)), {"x": 2.0})
    assert [who.policies(level) for level in (1, 3, 9)] == [
        (pytest.approx(1 / 2), pytest.approx(1 / 2), 0),
        (pytest.approx(1 / 4), pytest.approx(3 / 4), 0),
        (pytest.approx(1 / 10), pytest.approx(9 / 10), 0),
    ]
    assert chooser(problem(falling(40, 9))).policies(9) == (1.0, 0.0, 0.0)


def test_prior_and_incumbent_divide_their_share_by_likelihood():
    """The first bracket takes 9 + 3 * 2 + 6 = 21 resources; then the best of three at 9 is looked at."""
    of = problem(falling(41, 9))
    who = chooser(of, {"x": 4.0})  # at the upper end of 0 ... 4
    observe(who, of, [(10, 0.5), (20, 0.7)], 9)
    assert who.policies(1)[2] == 0  # 18 resources, two values
    observe(who, of, [(30, 0.6)], 9)
    density = who._prior.density(np.array([[0.25]]))[0]
    own = who._around_best().density(np.array([[0.25]]))[0]
    assert own > 10 * density
    at_random, prior, incumbent = who.policies(1)
    assert at_random == 1 / 2
    assert incumbent / prior == pytest.approx(own / density)
    assert who.diagnostics() == {"random": at_random, "prior": prior, "incumbent": incumbent}


def test_the_best_count_most():
    """Of six at 9 the best two count, twice and once."""
    of = problem(falling(41, 9))
    who = chooser(of, {"x": 1.0})
    observe(who, of, [(c, v) for v, c in enumerate((4, 36, 8, 12, 16, 20))], 9)
    points = np.array([[0.1], [0.9]])
    prior, own = (part.density(points) @ [2, 1] for part in (who._prior, who._around_best()))
    assert who._split() == pytest.approx((prior / (prior + own), own / (prior + own)))


def test_starts_lie_around_the_prior_or_the_best():
    of = problem(falling(401, 9))
    who = chooser(of, {"x": 30.0}, confidence=0.95)
    found = {RANDOM: [], MODEL: []}
    for trial in range(120):
        start = who.propose(Place(1))
        assert who.propose(Place(1)) == start
        found[start.decision].append(start.configuration)
        of.candidates.take(start.configuration)
        who.tell(Decided(trial, start))
    assert len(found[MODEL]) == pytest.approx(60, abs=15)
    assert np.mean(found[MODEL]) == pytest.approx(300, abs=15)
    assert np.std(found[MODEL]) < 40
    assert np.mean(found[RANDOM]) == pytest.approx(200, abs=40)


def test_a_neighbour_keeps_what_is_not_drawn_anew():
    of = problem(falling(401, 9))
    who = chooser(of, mutation_rate=0.5, mutation_deviation=0.02)
    observe(who, of, [(100, 0.1), (200, 0.2), (300, 0.3)], 9)
    generator = of.streams.generator("mutants")
    mutants = np.array([who._mutant(generator)[0] for _ in range(200)])
    assert (mutants == 0.25).mean() == pytest.approx(0.5, abs=0.1)
    assert np.std(mutants) == pytest.approx(0.02 / 2**0.5, rel=0.2)


def test_a_prior_as_text_is_one_as_values():
    options = PriorBand.parse_options({"prior": "x=1.5, kind=relu,beta=none"})
    assert options == PriorBandOptions(prior={"x": 1.5, "kind": "relu", "beta": None})
    assert PriorBand.parse_options({"prior": "none"}) == PriorBandOptions()


@pytest.mark.parametrize(
    ("prior", "error", "said"),
    [
        ("y=1", UnknownNameError, "'y'"),
        ("x", OptionError, "write it as name=value"),
        ("x=1,x=2", OptionError, "each name once"),
        ({"x": "high"}, OptionError, "x is a number"),
        ({"x": None}, OptionError, "never inactive"),
    ],
)
def test_what_a_prior_cannot_say(prior, error, said):
    with pytest.raises(error, match=said):
        simulate(falling(20, 9), "priorband", options={"prior": prior}, max_epochs=3)


@pytest.mark.parametrize("workers", [1, 4])
def test_brackets_are_hyperband_s(workers):
    table = falling(90, 9)
    mine, its = (
        simulate(table, name, workers=workers, options=options, max_epochs=200)
        for name, options in (("priorband", {"prior": {"x": 2.0}}), ("hyperband", {}))
    )
    kinds = [
        sorted((r.decision.name.startswith("START"), r.resume_from, r.milestone) for r in result.log)
        for result in (mine, its)
    ]
    assert kinds[0] == kinds[1]
    assert mine.schedule["started_by_model"] > 10


def test_a_good_prior_finds_good_ones_sooner_than_a_bad_one():
    """Curves that never cross: configuration 0 is the best, at x = 0."""
    regrets = {}
    for name, x in (("good", 0.0), ("bad", 39.0)):
        found = []
        for seed in range(3):
            options = {"prior": {"x": x}, "confidence": 0.9}
            result = simulate(falling(391, 9), "priorband", seed=seed, options=options, max_epochs=60)
            found.append(min(record.configuration for record in result.log))
        regrets[name] = np.mean(found)
    assert regrets["good"] < 3 < regrets["bad"]
