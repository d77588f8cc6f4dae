"""SMAC, the package, on our clock."""

from __future__ import annotations

import logging
import os
import subprocess
import sys

import numpy as np
import pytest

from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.decisions import Decided, Reported, Start
from simdyhpo.errors import SimdyhpoError
from simdyhpo.runs.front_door import simulate
from simdyhpo.tables.curves import CurveTable
from tests.making import falling, problem, table
from tests.outside.mixed import mixed

pytest.importorskip("smac.main.exceptions", reason="smac 2.4 is not installed (the extra smac)")
NAME = "smac-hyperband"
QUICK = {"challengers": 10, "local_searches": 1}


def scheduler(of, **options):
    task = problem(of)
    return SchedulerFactory(NAME, QUICK | options)(task), task


def carry_out(who, task, proposal, trial):
    if isinstance(proposal, Start):
        task.candidates.take(proposal.configuration)
    who.tell(Decided(trial, proposal))


def history(who):
    """What SMAC knows of finished trials: the row, the budget, the cost and whether it crashed."""
    known = who._smac._facade.runhistory
    return [
        (who._row_of[known.get_config(key.config_id)][0], key.budget, value.cost, value.status.name)
        for key, value in known.items()
        if value.status.name != "RUNNING"
    ]


def test_the_first_bracket_is_successive_halving():
    """Of 9 trials at resource 1 the best 3 go on to 3, and the best of them to 9."""
    log = list(simulate(falling(300, 9), NAME, max_decisions=13, options=QUICK).log)
    assert [(r.decision.name, r.milestone) for r in log] == [
        *[("START_MODEL", 1)] * 9,
        *[("PROMOTE_RUNG", 3)] * 3,
        ("PROMOTE_RUNG", 9),
    ]
    best = sorted(log[:9], key=lambda record: record.configuration)  # a lower id is better everywhere
    assert {record.trial for record in log[9:12]} == {record.trial for record in best[:3]}
    assert log[12].trial == best[0].trial


def test_the_model_chooses_better_than_chance():
    """The first 10 are random, one hyperparameter's worth; from then on the forest keeps to the good end."""
    result = simulate(falling(400, 3), NAME, max_trials=40, options={"challengers": 200})
    started = [record.configuration for record in result.log if not record.resume_from]
    assert np.mean(started[20:]) < 100 < np.mean(started[:10])


@pytest.mark.parametrize("mode", ["min", "max"])
def test_smac_is_told_the_rows_that_were_run(mode):
    of = mixed(mode=mode)
    who, task = scheduler(of)
    proposal = who.ask(0)
    carry_out(who, task, proposal, 0)
    who.tell(Reported(0, proposal.configuration, 1, [3.0], False, 5 * 10**9))
    ((row, budget, cost, status),) = history(who)
    assert (row, cost, status) == (proposal.configuration, 3.0 if mode == "min" else -3.0, "SUCCESS")
    assert budget == pytest.approx(4 / 3)  # of SMAC's own, not rounded
    diagnostics = who.diagnostics()
    assert diagnostics["suggestions"] == 1
    assert diagnostics["mean_distance"] == diagnostics["largest_distance"] > 0
    assert diagnostics["suggestions_told_as_lost"] == 0


def test_where_another_row_runs_the_suggestion_is_told_as_lost():
    of = mixed()
    who, task = scheduler(of)
    first = who.ask(0)
    other = (first.configuration + 1) % 30
    carry_out(who, task, Start(other, 1, first.decision), 0)
    who.tell(Reported(0, other, 1, [3.0], False, 1))
    lost, ran = list(who._smac._facade.runhistory.items())
    assert (lost[1].cost, lost[1].status.name) == (sys.float_info.max, "CRASHED")
    assert (ran[1].cost, ran[1].status.name) == (3.0, "SUCCESS")
    config = who._smac._facade.runhistory.get_config(ran[0].config_id)
    assert config == who._configuration(other)
    assert who.diagnostics()["suggestions_told_as_lost"] == 1
    started = {other}
    for trial in range(1, 30):  # the row that ran is never proposed again
        proposal = who.ask(trial)
        if isinstance(proposal, Start):
            assert proposal.configuration not in started
            started.add(proposal.configuration)
        carry_out(who, task, proposal, len(started) - 1 if isinstance(proposal, Start) else proposal.trial)


def test_every_kind_of_hyperparameter_becomes_a_configuration_and_comes_back():
    of = mixed()
    who, _ = scheduler(of)
    for configuration in range(len(of)):
        row = of.configurations.row(configuration)
        back = who._space.values(who._configuration(configuration))
        assert back == pytest.approx({name: value for name, value in row.items() if value == value})


def test_every_configuration_starts():
    """Brackets of 3 and 2 in turn: in the end one is left, too few for either."""
    result = simulate(mixed(31), NAME, workers=3, max_decisions=999, options=QUICK)
    assert result.ended_by == "exhausted"
    starts = [r.configuration for r in result.log if not r.resume_from]
    assert sorted(starts) == [*range(31)]
    assert [r.milestone for r in result.log if r.decision.name == "START_RANDOM"] == [4]


def test_rows_that_are_alike_start_at_random():
    """SMAC can't tell them apart, so that it knows one of them; without any difference, none."""

    def run(x):
        values, seconds = np.arange(12)[:, None] + 1.0 / np.arange(1, 4), np.tile(np.arange(1.0, 4), (12, 1))
        of = CurveTable.from_arrays(values, seconds, {"x": x}, mode="min", name="alike")
        return simulate(of, NAME, max_decisions=99, options=QUICK)

    assert [r.decision.name for r in run([1] * 12).log] == ["START_RANDOM"] * 12
    result = run([number // 2 for number in range(12)])
    by_model = [r.configuration // 2 for r in result.log if r.decision.name == "START_MODEL"]
    assert 0 < len(by_model) == len(set(by_model))
    assert sorted(r.configuration for r in result.log if not r.resume_from) == [*range(12)]


def test_what_it_was_asked_does_not_matter():
    """A report comes between a question and another's decision: as if it had never been asked."""
    of = falling(60, 9)
    asked, unasked = scheduler(of), scheduler(of)
    first = asked[0].ask(0)
    for who, task in (asked, unasked):
        carry_out(who, task, first, 0)
    second = asked[0].ask(1)
    for who, task in (asked, unasked):
        who.tell(Reported(0, first.configuration, 1, [0.3], False, 1))
        carry_out(who, task, second, 1)
        who.tell(Reported(1, second.configuration, 1, [0.2], False, 1))
    assert asked[0].ask(2) == unasked[0].ask(2)
    assert history(asked[0]) == history(unasked[0])
    assert len(history(asked[0])) == 2


def test_where_all_diverge_it_goes_on():
    """They are told as crashed, and the model, which leaves them out, has nothing to learn from."""
    values = np.where(np.arange(40)[:, None] == 30, 0.5, np.nan) * np.ones(9)
    result = simulate(table(values.tolist()), NAME, workers=2, max_decisions=999, options=QUICK)
    assert result.ended_by == "exhausted"
    assert {r.configuration for r in result.log if r.resume_from} <= {30}


def test_only_what_changes_no_tree_differs_from_the_facades_model():
    from smac import MultiFidelityFacade

    who, _ = scheduler(falling(60, 9))
    ours, theirs = (
        who._smac._facade._model.meta,
        MultiFidelityFacade.get_model(who._smac._facade.scenario).meta,
    )
    assert {name for name in theirs if ours[name] != theirs[name]} == {"max_leaf_nodes", "n_jobs"}
    assert ours["max_leaf_nodes"] == 60


def test_every_process_decides_alike():
    """SMAC goes through sets of configurations, in the order of hashes of text."""
    options = QUICK | {"local_searches": 10}
    code = (
        "from simdyhpo.runs.front_door import simulate\n"
        "from tests.outside.mixed import mixed\n"
        f"result = simulate(mixed(60), {NAME!r}, max_decisions=45, options={options!r})\n"
        "print([(record.configuration, record.milestone) for record in result.log])\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def test_it_leaves_no_trace(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    before = logging.getLogger().level, logging.getLogger("smac").level
    simulate(mixed(), NAME, max_decisions=60, options=QUICK)
    assert (logging.getLogger().level, logging.getLogger("smac").level) == before
    assert list(tmp_path.iterdir()) == []
    said = capfd.readouterr()
    assert said.out == said.err == ""


def test_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "smac.main.exceptions", None)
    with pytest.raises(SimdyhpoError, match=r"simdyhpo\[smac\]"):
        simulate(falling(5, 3), NAME, max_trials=1)
