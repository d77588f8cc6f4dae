"""The DyHPO scheduler under the engine, with the searcher that draws at random."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

from simdyhpo.errors import OptionError, UnknownNameError
from simdyhpo.runs.front_door import simulate
from simdyhpo.schedulers.dyhpo import DyHPO, RungSpacingWarning
from simdyhpo.schedulers.levels import OneRungWarning
from simdyhpo.streams import Streams
from tests.making import falling

CURVES = falling(60, 6)
KINDS = {"PROMOTE_SH": 0, "PROMOTE_DYHPO": 1, "START_DYHPO": 2}


def run(probability_sh=0.25, curves=CURVES, options=None, **settings):
    settings = {"max_decisions": 60} | settings
    given = {"searcher": "random", "safeguard": False, "probability_sh": probability_sh} | (options or {})
    return simulate(curves, "dyhpo", options=given, **settings)


def counts(result):
    return {name: int((result.decisions["decision"] == kind).sum()) for name, kind in KINDS.items()}


def test_it_makes_the_three_decisions_of_the_source_and_counts_them():
    result = run()
    found = counts(result)
    assert all(found.values())
    assert sum(found.values()) == 60
    assert result.schedule == {
        "promoted_by_sh": found["PROMOTE_SH"],
        "promoted_by_dyhpo": found["PROMOTE_DYHPO"],
        "started_by_dyhpo": found["START_DYHPO"],
    }


def test_one_epoch_at_a_time():
    decisions = run().decisions
    assert (decisions["milestone"] - decisions["resume_from"] == 1).all()


def test_probability_0_never_halves():
    assert counts(run(0))["PROMOTE_SH"] == 0


def test_the_coin_of_decision_k_is_the_kth_of_its_stream_whatever_the_probability():
    """So runs that differ in `probability_sh` alone stay paired. No other stream shares these draws."""
    uniforms = Streams(7).uniforms("probability_sh")
    expected = [uniforms[k] for k in range(60)]
    for probability_sh in (0, 0.25, 1):
        assert run(probability_sh, seed=7).decisions["coin"].tolist() == expected


def test_halving_happens_below_the_probability_only():
    decisions = run(0.3).decisions
    by_halving = decisions["decision"] == KINDS["PROMOTE_SH"]
    assert (decisions["coin"][by_halving] < 0.3).all()
    assert by_halving.any()


def test_the_share_of_coins_below_the_probability():
    coins = run(0.25, curves=falling(900, 6), max_decisions=2000).decisions["coin"]
    assert abs((coins < 0.25).mean() - 0.25) < 3 * math.sqrt(0.25 * 0.75 / 2000)


def test_waiting_keeps_the_coin():
    """With more workers than configurations, most asks end in a wait; the coins come one a decision."""
    result = run(0.5, curves=falling(3, 4), workers=5, max_decisions=99)
    uniforms = Streams(0).uniforms("probability_sh")
    assert result.ended_by == "exhausted"
    assert result.decisions["coin"].tolist() == [uniforms[k] for k in range(len(result.log))]


def test_an_exhausted_space_is_finished_by_promotions():
    result = run(0, curves=falling(4, 5), max_decisions=99)
    assert result.ended_by == "exhausted"
    assert result.epochs == 20
    assert counts(result)["START_DYHPO"] == 4


def test_why_is_recorded():
    decisions = run(0.5).decisions
    by_halving = decisions["decision"] == KINDS["PROMOTE_SH"]
    scored = decisions["paused_scored"] + decisions["new_scored"]
    assert (scored[by_halving] == 0).all()
    assert (scored[~by_halving] > 0).all()
    assert np.isfinite(decisions["coin"]).all()


@pytest.mark.parametrize(
    "options",
    [{"rung_increment": None}, {"rung_increment": "none"}, {"grace_period": 2}, {"rung_increment": 2}],
)
def test_other_rungs_than_the_papers_are_warned_about(options):
    with pytest.warns(RungSpacingWarning, match="grace_period equal to rung_increment"):
        result = run(options=options, max_decisions=20)
    assert len(result.log) == 20


@pytest.mark.parametrize("step", [1, 2])
def test_the_papers_rungs_are_not_warned_about(step):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run(options={"grace_period": step, "rung_increment": step}, max_decisions=5)


def test_a_single_resource_leaves_nothing_to_promote():
    with pytest.warns(OneRungWarning):
        result = run(curves=falling(5, 1), max_decisions=99)
    assert counts(result) == {"PROMOTE_SH": 0, "PROMOTE_DYHPO": 0, "START_DYHPO": 5}


@pytest.mark.parametrize("value", [-0.1, 1.1, "nan", "often", None])
def test_probabilities_outside_the_unit_interval(value):
    with pytest.raises(OptionError, match="probability_sh"):
        run(value)


def test_the_defaults():
    options = DyHPO.parse_options({"searcher": "random"})
    assert (options.probability_sh, options.grace_period, options.rung_increment) == (0, 1, 1)
    assert DyHPO.Options().searcher == "dyhpo"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"brackets": 2}, "unknown option 'brackets'"),  # there is one, always
        ({"probability": 0.5}, "did you mean 'probability_sh'"),
        ({"searcher": "randon"}, "unknown searcher 'randon': did you mean 'random'"),
        ({"searcher_options": {}}, "unknown option 'searcher_options'"),
    ],
)
def test_unknown_names(options, message):
    with pytest.raises(UnknownNameError, match=message):
        run(options=options)
