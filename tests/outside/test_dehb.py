"""DEHB, the package, on our clock."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.decisions import Decided, Reported, Resume, Start
from simdyhpo.errors import SimdyhpoError
from simdyhpo.runs.front_door import simulate
from tests.making import falling, problem, table
from tests.outside.mixed import mixed

pytest.importorskip("dehb", reason="dehb is not installed (the extra dehb)")
NAME = "dehb-package"


def scheduler(of):
    task = problem(of)
    return SchedulerFactory(NAME, {})(task), task


def carry_out(who, task, proposal, trial):
    if isinstance(proposal, Start):
        task.candidates.take(proposal.configuration)
    who.tell(Decided(trial, proposal))


def test_the_first_bracket_is_successive_halving():
    """Of 9 trials at resource 1 the best 3 go on to 3, and the best of them to 9."""
    result = simulate(falling(300, 9), NAME, max_decisions=13)
    log = list(result.log)
    assert [(r.decision.name, r.milestone) for r in log] == [
        *[("START_MODEL", 1)] * 9,
        *[("PROMOTE_RUNG", 3)] * 3,
        ("PROMOTE_RUNG", 9),
    ]
    best = sorted(log[:9], key=lambda record: record.configuration)  # a lower id is better everywhere
    assert [record.trial for record in log[9:12]] == [record.trial for record in best[:3]]
    assert log[12].trial == best[0].trial


def test_evolution_finds_the_good_end():
    """Half of the rows that stand for later suggestions are among the best fifth; at random, half of all."""
    late = []
    for seed in (0, 4):
        result = simulate(falling(900, 9), NAME, seed=seed, max_trials=120)
        late += [record.configuration for record in result.log if not record.resume_from][-40:]
    assert np.median(late) < 180


@pytest.mark.parametrize("mode", ["min", "max"])
def test_dehb_is_told_the_rows_that_were_run(mode):
    of = mixed(mode=mode)
    who, task = scheduler(of)
    proposal = who.ask(0)
    carry_out(who, task, proposal, 0)
    who.tell(Reported(0, proposal.configuration, 1, [3.0], False, 5 * 10**9))
    ((_, vector, fitness, cost, *_),) = who._dehb.history
    row = of.configurations.row(proposal.configuration)
    assert (fitness, cost) == (3.0 if mode == "min" else -3.0, 5.0)
    active = {name: value for name, value in row.items() if value == value}
    assert {**who._cube.values(np.array(vector)), "rate": row["rate"]} == active
    diagnostics = who.diagnostics()
    assert diagnostics["suggestions"] == 1
    assert diagnostics["mean_distance"] == diagnostics["largest_distance"] > 0


def test_every_kind_of_hyperparameter_becomes_a_point_and_comes_back():
    of = mixed()
    who, _ = scheduler(of)
    for configuration in range(len(of)):
        row = of.configurations.row(configuration)
        vector = who._cube.vector(row)
        assert vector.shape == (who._cube.axes,)
        assert ((vector >= 0) & (vector <= 1)).all()
        back = who._cube.values(vector)
        assert back == pytest.approx({name: value for name, value in row.items() if value == value})


def test_every_configuration_starts():
    result = simulate(mixed(), NAME, workers=3, max_decisions=999)
    assert result.ended_by == "exhausted"
    starts = [r.configuration for r in result.log if not r.resume_from]
    assert sorted(starts) == [*range(30)]


def test_what_it_was_asked_does_not_matter():
    """A report comes between a question and another's decision: as if it had never been asked."""
    of = falling(60, 9)
    asked, unasked = scheduler(of), scheduler(of)
    first = asked[0].ask(0)
    for who, task in (asked, unasked):
        carry_out(who, task, first, 0)
    asked[0].ask(1)
    for who, task in (asked, unasked):
        who.tell(Reported(0, first.configuration, 1, [0.3], False, 1))
        other = (first.configuration + 1) % 60
        carry_out(who, task, Start(other, 2, first.decision), 1)
        who.tell(Reported(1, other, 2, [0.2, 0.1], False, 1))
    assert asked[0].ask(2) == unasked[0].ask(2)
    assert len(asked[0]._dehb.history) == 2


def test_what_is_known_is_not_trained_again():
    """A trial that someone else took further has the answer when DEHB promotes it."""
    of = falling(60, 9)
    who, task = scheduler(of)
    for trial in range(9):
        proposal = who.ask(trial)
        carry_out(who, task, Start(proposal.configuration, 9 if trial == 0 else 1, proposal.decision), trial)
        values = [-5.0 - r for r in range(9)] if trial == 0 else [float(trial)]
        who.tell(Reported(trial, proposal.configuration, len(values), values, trial == 0, 1))
    assert who.ask(9) == Resume(1, 1, 3, 5)
    assert [entry[2] for entry in who._dehb.history] == [-5.0, 1, 2, 3, 4, 5, 6, 7, 8, -7.0]


def test_where_all_diverge_it_goes_on():
    """Brackets of diverged trials are over at once, since none of them can be trained further."""
    values = np.where(np.arange(60)[:, None] == 40, 0.5, np.nan) * np.ones(9)
    result = simulate(table(values.tolist()), NAME, workers=2, max_decisions=999)
    assert result.ended_by == "exhausted"
    assert {r.configuration for r in result.log if r.resume_from} <= {40}


def test_it_leaves_no_trace(tmp_path, monkeypatch, capfd):
    from loguru import logger

    monkeypatch.chdir(tmp_path)
    said = []
    handler = logger.add(said.append)
    simulate(falling(60, 9), NAME, max_decisions=20)
    logger.warning("still heard")
    logger.remove(handler)
    assert [str(line).split(" - ")[-1] for line in said] == ["still heard\n"]
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr().out == ""


def test_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "dehb.optimizers.dehb", None)
    with pytest.raises(SimdyhpoError, match=r"simdyhpo\[dehb\]"):
        simulate(falling(5, 3), NAME, max_trials=1)
