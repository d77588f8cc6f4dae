"""What is equal is asked alike: one spec has one key, in whichever kind of number somebody writes it."""

from typing import Any, Union, get_args, get_origin

import msgspec
import numpy as np
import pytest

from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.errors import BudgetError, SimdyhpoError
from simdyhpo.runs import spec
from simdyhpo.runs.spec import run_spec
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.named_clusters import find_cluster
from simdyhpo.studies.keys import cell_key
from tests.outside.needing import needing

WHOLE = (int, np.int64, np.uint8)
ANY_NUMBER = (*WHOLE, float, np.float64, np.float32)


def key(factory=SchedulerFactory("random", {}), workers=1, seed=0, budget=Budget(max_epochs=9), cluster=None):  # noqa: B008
    return cell_key(
        run_spec(
            {"name": "t"}, factory, workers, seed, "without-replacement", budget, cluster or msgspec.UNSET
        )
    )


def numbers(kind):
    """(field, whether any number may be given, whether it is a list) of those that hold numbers."""
    for field in msgspec.structs.fields(kind):
        listed, found = kinds_in(field.type)
        if {int, float} & found:
            yield field.name, float in found, listed


def kinds_in(annotation: Any):
    """Whether it is a list, and the plain types that are in it."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is None:
        return False, {annotation}
    if origin is tuple:
        return True, kinds_in(parts[0])[1]
    # A union, or Annotated, whose further parts are no types.
    found = [kinds_in(one) for one in parts if isinstance(one, type) or get_origin(one) is not None]
    return any(listed for listed, _ in found), {one for _, kinds in found for one in kinds}


def test_a_union_and_a_list_are_seen():
    assert kinds_in(Union[float, None]) == (False, {float, type(None)})  # noqa: UP007 - as older code has it
    assert kinds_in(tuple[float, ...]) == (True, {float})
    assert ("max_seconds", True, False) in numbers(Budget)
    assert ("max_epochs", False, False) in numbers(Budget)
    assert ("speeds", True, True) in numbers(Cluster)


@pytest.mark.parametrize(("name", "any_number", "_"), list(numbers(Budget)))
def test_budgets(name, any_number, _):
    kinds = ANY_NUMBER if any_number else WHOLE
    assert len({key(budget=Budget(**{name: kind(100)})) for kind in kinds}) == 1
    for kind in kinds:
        Budget(**{name: kind(100)}).check()


def test_budgets_that_are_no_numbers_stay_what_they_are():
    for wrong in (True, "9", [9], 10**40, float("nan"), np.float64("inf"), np.bool_(True)):
        with pytest.raises(BudgetError):
            Budget(max_seconds=wrong).check()


@pytest.mark.parametrize(("name", "any_number", "listed"), list(numbers(Cluster)))
def test_clusters(name, any_number, listed):
    kinds = ANY_NUMBER if any_number else WHOLE
    made = [(kind(1), kind(2)) if listed else kind(2) for kind in kinds]
    clusters = [Cluster(**{name: value}) for value in made]
    assert len({key(cluster=cluster) for cluster in clusters}) == 1
    if name in ("speeds", "start_seconds", "retries", "join_seconds"):  # the others need each other
        found = [find_cluster(given) for given in (*clusters, *({name: value} for value in made))]
        assert len({key(cluster=cluster) for cluster in found}) == 1
    if any_number:
        zeros = [Cluster(**{name: (0.0, zero) if listed else zero}) for zero in (0.0, -0.0)]
        assert len({key(cluster=cluster) for cluster in zeros}) == 1


OURS = [name for name, entry in SCHEDULERS.items() if entry.home.startswith("simdyhpo.schedulers")]


@pytest.mark.parametrize("scheduler", OURS)
def test_options(scheduler):
    options = SchedulerFactory(scheduler, {}).options
    seen = 0
    for name, any_number, listed in numbers(type(options)):
        if listed:
            continue
        for number in (1, 2, 3, 10):
            try:
                SchedulerFactory(scheduler, {name: number})
            except SimdyhpoError:
                continue
            given = [kind(number) for kind in (ANY_NUMBER if any_number else WHOLE)]
            assert len({key(SchedulerFactory(scheduler, {name: one})) for one in (*given, str(number))}) == 1
            seen += 1
    assert seen or not list(numbers(type(options)))


@pytest.mark.parametrize("scheduler", needing(sorted(SCHEDULERS)))
def test_defaults_are_written_as_they_are_read(scheduler):
    """So that a run that is made again from its manifest says the same, to the last letter."""
    written = SchedulerFactory(scheduler, {}).settings
    assert repr(SchedulerFactory.from_settings(scheduler, written).settings) == repr(written)


def test_numbers_of_workers_and_seeds():
    assert len({key(workers=kind(3), seed=kind(4)) for kind in WHOLE}) == 1


def test_another_value_is_another_key():
    assert len({key(budget=Budget(max_seconds=seconds)) for seconds in (1, 1.5, 2)}) == 3
    assert key() != key(cluster=Cluster(speeds=(1, 2)))


def test_keys_are_those_of_stored_cells(monkeypatch):
    """Of release 0.1.0's kind of spec: but for its behaviour, what lies in people's folders is found."""
    monkeypatch.setattr(spec, "BEHAVIOUR", 2)
    assert (
        key(budget=Budget(max_seconds=1000.0), cluster=find_cluster("flaky"))
        == "94f521ee305dbd2af4a5757e7b3b5cdc"
    )
    assert key(SchedulerFactory("asha", {"reduction_factor": 4})) == "b03b39203024978f7aa815c54cb5f501"
