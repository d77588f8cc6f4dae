"""Our rung systems decide as the reference does, in every recorded scenario.

How the scenarios were recorded: PROVENANCE.md. Where a decision may differ: deviations.py.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import product

import pytest

from tests.reference.deviations import PREDICATES
from tests.reference.recording import PROMOTE_SH, START_DYHPO, Scenario, read
from tests.reference.replay import Replay, Tally

SCENARIOS = read()
LARGEST_SHARE = 0.05


@cache
def replayed(index: int) -> Replay:
    replay = Replay(SCENARIOS[index])
    replay.run()
    return replay


@pytest.mark.parametrize("index", range(len(SCENARIOS)), ids=[scenario.name for scenario in SCENARIOS])
def test_scenario(index):
    scenario, replay = SCENARIOS[index], replayed(index)
    assert not replay.tally.unexplained
    _same_milestones(scenario, replay)
    if "non-finite" not in scenario.family:
        _same_paused_trials(scenario, replay)
    if scenario.kind == "dyhpo":
        _same_records(scenario, replay)


def _same_milestones(scenario: Scenario, replay: Replay) -> None:
    system = replay.systems[0]
    skips = range(len(scenario.milestones))
    assert [system.get_first_milestone(skip) for skip in skips] == scenario.first_milestones
    # Ours names max_t, too, which the reference's caller puts in front.
    ours = [[m for m in system.get_milestones(skip) if m < scenario.max_t] for skip in skips]
    assert ours == scenario.milestones


def _same_paused_trials(scenario: Scenario, replay: Replay) -> None:
    """Who is paused at the end, in which order, at which positions."""
    for skip, (system, expected) in enumerate(zip(replay.systems, scenario.final_paused, strict=True)):
        levels = [*scenario.levels[skip:], scenario.max_t]
        below = dict(zip(levels[1:], levels[:-1], strict=True))
        ours = [(int(trial), pos, below[level]) for trial, pos, level in system.paused_trials()]
        assert ours == expected


def _same_records(scenario: Scenario, replay: Replay) -> None:
    """The log, but for the starts of trials that never started."""
    expected = [
        (str(step.reference.trial), step.reference.decision, step.reference.milestone)
        for step in scenario.decisions()
        if step.reference.decision != START_DYHPO or step.reference.config is not None
    ]
    system = replay.systems[0]
    assert system.schedule_records == expected
    never_started = sum(scenario.summary.values()) - len(expected)
    summary = {**scenario.summary}
    summary["started_by_dyhpo"] -= never_started
    assert system.summary_schedule_records() == summary
    assert system.summary_schedule_keys() == list(scenario.summary)


@pytest.fixture(scope="module")
def total() -> Tally:
    tallies = [replayed(index).tally for index in range(len(SCENARIOS))]
    return Tally(
        sum(tally.decisions for tally in tallies),
        sum((tally.kinds for tally in tallies), Counter()),
        sum((tally.differences for tally in tallies), Counter()),
        [line for tally in tallies for line in tally.unexplained],
    )


def test_enough_was_compared(total, reference_summary, record_property):
    share = total.differences.total() / total.decisions
    named = ", ".join(f"{name} {total.differences[name]}" for name in PREDICATES)
    line = (
        f"{len(SCENARIOS)} scenarios, {total.decisions} decisions, "
        f"{total.differences.total()} differ as specified ({share:.2%}: {named}), "
        f"{len(total.unexplained)} differ otherwise"
    )
    record_property("reference", line)
    reference_summary.append(line)
    assert len(SCENARIOS) >= 200
    assert total.decisions >= 20_000
    assert share <= LARGEST_SHARE
    assert not total.unexplained


@pytest.mark.parametrize("name", PREDICATES)
def test_each_deviation_occurs(name, total):
    assert total.differences[name] > 0


def test_what_the_scenarios_cover():
    """Both modes and kinds, every probability, ties, failures, trials running at once, brackets."""
    dyhpo = [scenario for scenario in SCENARIOS if scenario.kind == "dyhpo"]
    assert {s.probability_sh for s in dyhpo} >= {0, 0.05, 0.1, 0.25, 0.5, 0.9, 0.99}
    assert {(s.kind, s.mode) for s in SCENARIOS} == set(product(("dyhpo", "promotion"), ("min", "max")))
    assert any(s.systems > 1 for s in SCENARIOS)
    assert any(getattr(step, "skip_rungs", 0) for s in SCENARIOS for step in s.steps)
    kinds = Counter(step.reference.decision for s in SCENARIOS for step in s.decisions())
    assert kinds[PROMOTE_SH] > 1000
    assert min(kinds.values()) > 1000
