"""Synchronous brackets whose trials fail for good: whatever fails, nobody waits who could go on."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.decisions import Decided, Failed, Reported, Start, Wait
from simdyhpo.schedulers.synchronous import Synchronous
from tests.making import falling, problem

pytestmark = pytest.mark.once

WAYS = {
    "sh": [{}, {"skip_rungs": 1}, {"configurations": 11}],
    "hyperband": [{}, {"sizes": "table"}, {"brackets": 1}],
    "bohb": [{}],
    "dehb": [{}, {"promoting_brackets": 0}, {"promoting_brackets": 1, "sizes": "algorithm"}],
}
CONFIGURATIONS, RESOURCES = 45, 8


def run_to_the_end(who: Synchronous, task, workers: int, failing: float, seed: int) -> list[tuple[int, int]]:
    """Let random ones of the running trials report, diverge or fail until nobody runs: (trial, milestone)."""
    draw = np.random.Generator(np.random.PCG64(seed))
    running, ran, configurations = {}, [], []
    while True:
        while len(running) < workers and not isinstance(proposal := who.ask(0), Wait):
            if isinstance(proposal, Start):
                trial = len(configurations)
                configurations.append(proposal.configuration)
                task.candidates.take(proposal.configuration)
            else:
                trial = proposal.trial
            assert trial not in running
            running[trial] = proposal.milestone
            ran.append((trial, proposal.milestone))
            who.tell(Decided(trial, proposal))
        if not running:
            return ran
        trial = int(draw.choice(sorted(running)))
        resource = running.pop(trial)
        if draw.random() < failing:
            who.tell(Failed(trial, configurations[trial], 0))
        else:
            value = draw.choice([1.0, 2.0, draw.random(), math.nan], p=[0.2, 0.2, 0.5, 0.1])
            who.tell(Reported(trial, configurations[trial], resource, [value], resource == RESOURCES, 1))


@pytest.mark.parametrize("overlap", [True, False])
@pytest.mark.parametrize(("name", "options"), [(name, way) for name, ways in WAYS.items() for way in ways])
@given(
    workers=st.integers(1, 12), failing=st.sampled_from([0.02, 0.2, 0.5, 0.9, 1.0]), seed=st.integers(0, 99)
)
@settings(max_examples=25, deadline=None)
def test_whatever_fails_all_start_and_no_bracket_is_left_behind(
    name, options, overlap, workers, failing, seed
):
    task = problem(falling(CONFIGURATIONS, RESOURCES))
    given_options = {"reduction_factor": 2, "overlap": overlap, **options}
    who = SchedulerFactory(name, given_options)(task)
    ran = run_to_the_end(who, task, workers, failing, seed)
    assert len({trial for trial, _ in ran}) == CONFIGURATIONS
    assert len(ran) == len(set(ran))
    assert sum(who.summary().values()) == len(ran)
    for bracket in who._brackets.values():
        # It could only take more configurations, and there are none.
        assert bracket.vacant
        assert not bracket.promoted
        assert not bracket.running
