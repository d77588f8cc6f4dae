"""Which configurations can start, and in which order random starts take them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simdyhpo.candidates import Candidates
from simdyhpo.hyperparameters.configurations import Configurations
from simdyhpo.streams import Streams

X = {"x": np.linspace(0, 1, 10)}


def make(count=10, seed=0, sampling="without-replacement"):
    return Candidates(
        Configurations.from_columns(X if count == 10 else {"x": range(count)}, log=(), source="test"),
        Streams(seed),
        sampling,
    )


def take_random(candidates, count):
    taken = []
    for _ in range(count):
        taken.append(candidates.next_random())
        candidates.take(taken[-1])
    return taken


def test_random_starts_follow_the_permutation_of_the_stream():
    order = Streams(3).generator("candidates").permutation(10).tolist()
    assert take_random(make(seed=3), 10) == order


def test_all_start_once_and_then_none():
    candidates = make()
    assert sorted(take_random(candidates, 10)) == list(range(10))
    assert candidates.next_random() is None
    assert candidates.unused().tolist() == []
    assert not any(candidates.can_start(c) for c in range(10))


def test_what_a_model_started_is_passed_over_and_shifts_nothing():
    order = take_random(make(), 10)
    candidates = make()
    for configuration in (order[0], order[4]):
        candidates.take(configuration)
    assert take_random(candidates, 8) == [c for c in order if c not in (order[0], order[4])]


@pytest.mark.parametrize("sampling", ["without-replacement", "with-replacement"])
def test_asking_takes_nothing(sampling):
    candidates = make(sampling=sampling)
    assert candidates.next_random() == candidates.next_random()
    assert len(candidates.unused()) == 10


def test_what_can_start():
    candidates = make()
    candidates.take(4)
    assert [c for c in range(-2, 13) if candidates.can_start(c)] == [0, 1, 2, 3, 5, 6, 7, 8, 9]
    assert candidates.unused().tolist() == [0, 1, 2, 3, 5, 6, 7, 8, 9]


def test_with_replacement_all_can_start_always():
    candidates = make(sampling="with-replacement")
    candidates.take(4)
    assert [c for c in range(-2, 13) if candidates.can_start(c)] == list(range(10))
    assert candidates.unused().tolist() == list(range(10))


def test_with_replacement_draws_are_independent():
    drawn = take_random(make(sampling="with-replacement"), 10_000)
    counts = np.bincount(drawn, minlength=10)
    assert counts.sum() == 10_000
    assert (abs(counts - 1000) < 5 * np.sqrt(900)).all()
    assert any(a == b for a, b in pairwise(drawn))


@given(st.lists(st.booleans(), min_size=1, max_size=40), st.sampled_from([0, 4090, 9000]))
def test_with_replacement_a_draw_belongs_to_its_place(asked, before):
    """A replay that takes without asking sees the same draws as a run that asks each time."""
    drawn = ALL_DRAWN
    candidates = make(sampling="with-replacement")
    for _ in range(before):
        candidates.take(0)
    for place, ask in enumerate(asked, start=before):
        if ask:
            assert candidates.next_random() == drawn[place]
        candidates.take(0)
    assert candidates.next_random() == drawn[before + len(asked)]


ALL_DRAWN = take_random(make(sampling="with-replacement"), 9100)


def test_features_are_computed_when_first_asked_for():
    asked = []

    class Watched(Configurations):
        def features(self):
            asked.append(1)
            return super().features()

    candidates = Candidates(Watched.from_columns(X, log=(), source="test"), Streams(0))
    candidates.take(candidates.next_random())
    assert not asked
    assert candidates.features.shape == candidates.features.shape == (10, 1)
    assert len(asked) == 1
