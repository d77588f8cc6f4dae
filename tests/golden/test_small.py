"""One small golden log of every scheduler, and of the rules that tests/mutations/ changes."""

import msgspec
import pytest

from simdyhpo.catalog.entries import SCHEDULERS, own_package
from simdyhpo.golden.text import golden_log, read_golden, to_text
from tests.golden.record_small import refuse_unseen_change
from tests.golden.small_runs import (
    FOLDER,
    LEARNING,
    check,
    make,
    missing_extra,
    names,
    path,
    rounds_the_same,
    settings_of,
    table,
)
from tests.rebuilding.test_rebuilt_state import assert_rebuilt, witnessed

RECORD = "python -m tests.golden.record_small"


@pytest.mark.filterwarnings("ignore::simdyhpo.schedulers.levels.OneRungWarning")
@pytest.mark.parametrize("name", names())
def test_decisions_are_those_recorded(name):
    if name in SCHEDULERS and (lacking := missing_extra(name)):
        pytest.skip(lacking)
    assert path(name).exists(), f"no golden log of {name!r} yet: `{RECORD} {name}`, and commit it"
    if (own_package(name) or name in LEARNING) and not rounds_the_same(name):
        pytest.skip("other versions or another arithmetic: what learns fast and others' optimisers part")
    checked = check(name)
    if not checked.agrees:
        pytest.fail("\n".join(checked.lines()), pytrace=False)


def test_no_log_is_left_over():
    assert {file.stem for file in FOLDER.glob("*.jsonl")} <= set(names())


def test_settings_are_those_recorded():
    """So that recording again gives the same file, but for the version of the behaviour.

    A log that a change of behaviour left as it was keeps the version under which it was recorded.
    """
    for name in ("asha", "asha-ties", "control-edge"):
        again = msgspec.structs.replace(golden_log(make(name)), behaviour=read_golden(path(name)).behaviour)
        assert to_text(again) == path(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", names())
def test_every_tenth_state_is_rebuilt(name):
    if not path(name).exists():
        pytest.skip("no golden log")
    log = read_golden(path(name))
    if name in SCHEDULERS and (lacking := missing_extra(name)):
        pytest.skip(lacking)
    spec = log.spec
    budget = {key: getattr(spec.budget, key) for key in spec.budget.__struct_fields__}
    options = settings_of(name).get("options", {})
    on = table(spec.blackbox["name"])
    result, seen = witnessed(on, spec.scheduler, options, spec.workers, sampling=spec.sampling, **budget)
    assert_rebuilt(on, result, seen)


def test_a_changed_log_needs_a_new_version():
    log = read_golden(path("asha"))
    refuse_unseen_change("asha", log)
    changed = msgspec.structs.replace(log, records=log.records[:-1])
    with pytest.raises(ValueError, match="asha: its decisions changed"):
        refuse_unseen_change("asha", changed)
    refuse_unseen_change("asha", msgspec.structs.replace(changed, behaviour=log.behaviour + 1))
