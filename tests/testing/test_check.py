"""Each law catches who breaks it, and lets pass who doesn't."""

from __future__ import annotations

import pickle
import random
import time

import numpy as np
import pytest

from simdyhpo.errors import SimdyhpoError, UnknownNameError
from simdyhpo.testing import LAWS, LawBroken, check_scheduler
from simdyhpo.testing.basic_laws import every_two_meet
from simdyhpo.testing.subject import Subject
from tests.testing import broken_schedulers as broken

CAUGHT_BY = {
    broken.ResumesWhoRuns: "one-worker",
    broken.ResumesWhoEnded: "one-worker",
    broken.LowersAMilestone: "milestones",
    broken.ContinuesToWhereItStands: "milestones",
    broken.PassesTheLargestResource: "milestones",
    broken.StartsAUsedConfiguration: "configurations",
    broken.StartsWhatIsNotThere: "configurations",
    broken.NeverExhausted: "exhaustion",
    broken.LooksAtTheClock: "wall-time",
    broken.LooksAtAnImportedClock: "wall-time",
    broken.RollsItsOwnDice: "determinism",
    broken.DrawsAnUnseededNumber: "determinism",
    broken.ChangesStateInAsk: "asking",
    broken.RemembersWhenItWasAsked: "told-alone",
    broken.LooksAhead: "pending",
    broken.CountsInWords: "counts",
    broken.CountsWithNames: "counts",
    broken.LetsTheDivergedGoOn: "non-finite",
    broken.StumblesOverNaN: "non-finite",
    broken.HasRoomFor500Workers: "workers",
    broken.AlwaysMinimises: "directions",
    broken.TakesTheFirstUnused: "random-starts",
    broken.LeavesSomeOut: "all-start",
    broken.WaitsForTheFailed: "failures",
    broken.ResumesTheFailed: "failures",
    broken.LooksAtEveryWorker: "cost",
}


def test_a_sound_scheduler_breaks_none():
    check_scheduler(broken.Sound)


@pytest.mark.parametrize("kind", CAUGHT_BY, ids=lambda kind: kind.__name__)
def test_who_breaks_a_law_is_caught_by_it(kind):
    """By all laws in their order, and by that law alone."""
    law = CAUGHT_BY[kind]
    for laws in (None, [law]):
        with pytest.raises(LawBroken) as caught:
            check_scheduler(kind, laws=laws)
        assert caught.value.law == law, str(caught.value)
        assert caught.value.table
        assert caught.value.message in str(caught.value)


def test_who_breaks_a_law_is_told_what_it_says():
    with pytest.raises(LawBroken, match=r"; the law: asking changes nothing, only `tell` does: asked three"):
        check_scheduler(broken.ChangesStateInAsk)
    with pytest.raises(LawBroken, match=r"run twice with one seed: .*; the law: equal seeds give equal runs"):
        check_scheduler(broken.DrawsAnUnseededNumber, laws=["wall-time"])  # no clock is to blame


def test_every_law_catches_somebody():
    assert set(CAUGHT_BY.values()) == set(LAWS)


def test_every_law_is_stated():
    assert all(law.__doc__.strip().splitlines()[0].endswith((".", ")", ":")) for law in LAWS.values())


def test_a_law_alone_says_nothing_of_others():
    check_scheduler(broken.AlwaysMinimises, laws=["one-worker", "milestones", "configurations"])


def test_every_two_meet():
    combinations = list(every_two_meet("abcde", "xyz", (0, 1)))
    assert len(combinations) == 15
    for one, other, count in ((0, 1, 15), (0, 2, 10), (1, 2, 6)):
        assert len({(each[one], each[other]) for each in combinations}) == count


def test_what_an_auditor_saw_is_known_to_the_laws_after_it(monkeypatch):
    runs, run = [], Subject.run
    monkeypatch.setattr(Subject, "run", lambda *words, **more: runs.append(1) or run(*words, **more))
    audited = ["one-worker", "milestones", "configurations"]
    check_scheduler(broken.Sound, laws=audited)
    together = len(runs)
    for law in audited:
        check_scheduler(broken.Sound, laws=[law])
    assert len(runs) == 4 * together
    with pytest.raises(LawBroken) as caught:
        check_scheduler(broken.StartsWhatIsNotThere, laws=audited)
    assert caught.value.law == "configurations"


def test_the_error_fails_a_test_and_travels():
    error = LawBroken("cost", "noisy", 3, "too dear")
    assert isinstance(error, AssertionError)
    assert isinstance(error, SimdyhpoError)
    again = pickle.loads(pickle.dumps(error))
    assert (again.law, again.table, again.seed, again.message) == ("cost", "noisy", 3, "too dear")
    assert str(again) == "law 'cost' is broken on table 'noisy' with seed 3: too dear"


def test_options_and_names():
    check_scheduler("greedy", {"explore": 3}, laws=["exhaustion"])
    check_scheduler("asha", {"rung_increment": 1}, laws=["directions"])  # at quantile 1/2 all the same
    check_scheduler("tests.testing.broken_schedulers:Sound", laws=["exhaustion"])
    with pytest.raises(UnknownNameError, match="unknown law 'costs': did you mean 'cost'"):
        check_scheduler("random", laws=["costs"])
    with pytest.raises(UnknownNameError, match="unknown option"):
        check_scheduler("random", {"explore": 3})


def test_the_host_is_left_as_it_was():
    clocks = (time.time, time.monotonic_ns, broken.monotonic)
    random.seed(5)
    np.random.seed(5)
    expected = (random.random(), np.random.random())
    random.seed(5)
    np.random.seed(5)
    for kind in (broken.LooksAtAnImportedClock, broken.RollsItsOwnDice):
        with pytest.raises(LawBroken):
            check_scheduler(kind, laws=["wall-time", "determinism"])
    assert (time.time, time.monotonic_ns, broken.monotonic) == clocks
    assert (random.random(), np.random.random()) == expected


def test_steps_are_the_same_on_every_machine():
    """The counts are in the message: twice the same."""
    messages = []
    for _ in range(2):
        with pytest.raises(LawBroken) as caught:
            check_scheduler(broken.LooksAtEveryWorker, laws=["cost"])
        messages.append(caught.value.message)
    assert messages[0] == messages[1]
    assert "1,000 workers" in messages[0]
