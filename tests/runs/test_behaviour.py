"""The version of what a spec means: the simulator's, its scheduler's own, and what that left as it was."""

import msgspec
import pytest

from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.runs.spec import BEHAVIOUR, behaviour_of

LATER = BEHAVIOUR + 5


@pytest.fixture
def _changed(monkeypatch):
    entry = msgspec.structs.replace(
        SCHEDULERS["asha"], behaviour=LATER, unchanged={"max_rungs": 2, "form": "a"}
    )
    monkeypatch.setitem(SCHEDULERS, "asha", entry)


@pytest.mark.usefixtures("_changed")
def test_settings_that_a_change_left_alone_keep_the_earlier_version():
    assert behaviour_of("asha", {}) == LATER
    assert behaviour_of("asha", {"max_rungs": 2}) == LATER
    assert behaviour_of("asha", {"max_rungs": 3, "form": "a"}) == LATER
    assert behaviour_of("asha", {"max_rungs": 2, "form": "a", "else": 1}) == BEHAVIOUR
    assert behaviour_of("random", {"max_rungs": 2, "form": "a"}) == BEHAVIOUR
    assert behaviour_of("mine:Scheduler", {}) == BEHAVIOUR


@pytest.mark.parametrize("name", [name for name, entry in SCHEDULERS.items() if entry.unchanged])
def test_they_are_settings_and_no_defaults(name):
    """Or else a spec with defaults left out would not have the version of the one that says them."""
    unchanged = SCHEDULERS[name].unchanged
    defaults = SchedulerFactory(name, {}).settings
    assert unchanged.keys() <= defaults.keys()
    assert not unchanged.items() & defaults.items()
    assert SCHEDULERS[name].behaviour > BEHAVIOUR
