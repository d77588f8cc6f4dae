"""Random search runs each configuration of the paired order to the end."""

from __future__ import annotations

import pytest

from simdyhpo.errors import UnknownNameError
from simdyhpo.runs.front_door import simulate
from simdyhpo.streams import Streams
from tests.making import falling


def test_every_trial_runs_to_the_end():
    result = simulate(falling(6, 4), "random", workers=2, seed=3, max_epochs=100)
    assert result.ended_by == "exhausted"
    assert result.decisions["milestone"].tolist() == [4] * 6
    order = Streams(3).generator("candidates").permutation(6).tolist()
    assert result.decisions["configuration"].tolist() == order
    assert result.epochs == 24
    assert result.schedule == {"started_at_random": 6}


def test_with_replacement_it_never_runs_out():
    result = simulate(falling(2, 3), "random", sampling="with-replacement", max_trials=50)
    assert result.ended_by == "budget"
    assert result.trials == 50
    assert set(result.decisions["configuration"]) == {0, 1}


def test_it_has_no_settings():
    with pytest.raises(UnknownNameError, match="unknown option 'seed'"):
        simulate(falling(2, 3), "random", options={"seed": 1}, max_trials=1)
