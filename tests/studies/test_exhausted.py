"""Runs that the table ended are counted, and it is said what helps."""

import msgspec
import pandas as pd
import pytest

import simdyhpo
from simdyhpo.errors import UnknownNameError
from simdyhpo.simulation.budget import Budget
from simdyhpo.studies.exhausted import exhausted_lines
from simdyhpo.studies.option_sweep import sweep_study
from simdyhpo.versus.study import contender, versus_study

TABLES = {"small": simdyhpo.load_blackbox("digits-mlp")}  # 320 configurations
CELLS = {"blackboxes": ["digits-mlp"], "budget": Budget(max_epochs=10)}


def study(sampling="without-replacement"):
    return versus_study([contender("asha"), contender("random")], sampling=sampling, **CELLS)


def rows(*ends):
    return pd.DataFrame([("small", *one) for one in ends], columns=["blackbox", "ended_by", "trials"])


def test_only_those_that_started_every_configuration_count():
    found = rows(("exhausted", 320), ("budget", 320), ("exhausted", 27), ("exhausted", 320))
    assert exhausted_lines(study(), found, TABLES)[0].startswith("2 of 4 runs ended before their budget")
    assert exhausted_lines(study(), found, {}) == []
    assert exhausted_lines(study(), rows(("budget", 320), ("exhausted", 27)), TABLES) == []
    assert exhausted_lines(study("with-replacement"), found, TABLES) == []


def test_idle_workers_count_too_where_the_budget_ended_the_run():
    accounts = pd.DataFrame(
        {"busy_seconds": [9.6, 3], "idle_seconds": [0.4, 7], "lost_seconds": 0.0, "overhead_seconds": 0.0}
    )
    said = exhausted_lines(study(), rows(("budget", 320), ("budget", 320)).join(accounts), TABLES)
    assert said[0] == "workers of 1 of 2 runs were idle, with all configurations of the table"
    both = exhausted_lines(study(), rows(("exhausted", 320), ("budget", 320)).join(accounts), TABLES)
    assert both[0].startswith("1 of 2 runs ended before their budget and workers of 1 other were idle, ")
    some_left = rows(("budget", 320), ("budget", 319)).join(accounts)
    assert exhausted_lines(study(), some_left, TABLES) == []


def test_comparisons_and_sweeps_take_a_sampling():
    swept = sweep_study("reduction_factor", [2, 3], scheduler="asha", sampling="with-replacement", **CELLS)
    assert swept.sampling == study("with-replacement").sampling == "with-replacement"
    assert msgspec.structs.replace(study(), sampling="with-replacement") == study("with-replacement")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: study("replacement"),
        lambda: sweep_study("reduction_factor", [2, 3], scheduler="asha", sampling="replacement", **CELLS),
        lambda: simdyhpo.compare(["asha", "random"], "digits-mlp", sampling="replacement"),
    ],
)
def test_a_sampling_that_is_none(wrong):
    with pytest.raises(UnknownNameError, match="did you mean 'with-replacement'"):
        wrong()
