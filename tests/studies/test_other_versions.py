"""Which stored results of another version may stand in for a missing cell, and which may not."""

import msgspec
import pytest

from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.runs import spec
from simdyhpo.runs.front_door import Run
from simdyhpo.runs.spec import RunSpec
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.named_clusters import PRESETS
from simdyhpo.studies import other_versions
from simdyhpo.studies.other_versions import with_other_versions
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.spec import NamedCluster, Study, Variant
from simdyhpo.studies.store import Store
from tests.making import falling
from tests.outside.needing import needing

ASHA = Variant("asha", "asha", options={"reduction_factor": 2})
STUDY = Study(
    name="once", blackboxes=["mine"], variants=[ASHA], workers=[2], seeds=1, budget=Budget(max_epochs=30)
)
FLAKY = NamedCluster("flaky", PRESETS["flaky"].canonical())
NOW = 10_000
"""The version that asks. It may be higher than the package's own, as stored results are of both."""


@pytest.fixture
def folder(tmp_path):
    falling(40, 9).save(tmp_path / "tables" / "mine.npz")
    falling(41, 9).save(tmp_path / "tables" / "other.npz")
    return tmp_path


@pytest.fixture
def made(folder, monkeypatch):
    """Makes a study's cells as a version made them, and keeps them: their keys."""
    store = Store(folder / "results")
    store.open()

    def make(study, behaviour, change=lambda spec: spec):
        with monkeypatch.context() as then:
            then.setattr(spec, "BEHAVIOUR", behaviour)
            plan = make_plan(study, folder / "tables")
            for planned in plan.cells:
                variant = planned.cell.variant
                factory = SchedulerFactory(variant.scheduler, variant.options)
                result = Run(planned.spec, factory, plan.tables[planned.cell.blackbox]).finish()
                result.spec = change(result.spec)
                store.write(planned.key, result)
        return plan.keys

    return make


@pytest.fixture
def found(folder, monkeypatch):
    """Which stored cells answer a study that the present version asks; its own keys where none does."""
    monkeypatch.setattr(spec, "BEHAVIOUR", NOW)

    def find(study):
        plan = make_plan(study, folder / "tables")
        return with_other_versions(plan, Store(folder / "results")).keys, plan.keys

    return find


def test_the_same_question_is_answered(made, found):
    stored = made(STUDY, 1)
    answers, asked = found(STUDY)
    assert answers == stored != asked


def test_a_scheduler_may_change_alone(made, found, monkeypatch):
    """Its own version counts, in keys and where another version's results are asked for; others' stay."""
    stored = made(STUDY, NOW)
    assert found(STUDY) == (stored, stored)
    entry = SCHEDULERS[ASHA.scheduler]
    monkeypatch.setitem(SCHEDULERS, "random", msgspec.structs.replace(entry, behaviour=NOW + 1))
    assert found(STUDY) == (stored, stored)
    monkeypatch.setitem(SCHEDULERS, ASHA.scheduler, msgspec.structs.replace(entry, behaviour=NOW + 1))
    answers, asked = found(STUDY)
    assert answers == stored
    assert not set(asked) & set(stored)


OTHER = {
    "blackbox": [{"blackboxes": ["other"]}],
    "scheduler": [{"variants": [Variant("stopping", "asha-stopping", options=ASHA.options)]}],
    "workers": [{"workers": [3]}],
    "seed": [{"seeds": 2}],
    "sampling": [{"sampling": "with-replacement"}],
    "budget": [
        {"budget": Budget(max_epochs=30, max_seconds=1000.0)},
        *({"budget": Budget(max_epochs=30, **{limit: 1000})} for limit in ("max_trials", "max_decisions")),
        {"budget": Budget(max_epochs=31)},
    ],
    "cluster": [
        {"clusters": [FLAKY]},
        {"clusters": [NamedCluster("late", msgspec.structs.replace(FLAKY.cluster, retries=1))]},
    ],
    "options": [
        {"variants": [Variant("asha", "asha")]},
        {"variants": [Variant("asha", "asha", options={"reduction_factor": 2, "grace_period": 2})]},
    ],
}
"""By field of a spec: the study changed in that one thing."""


def test_every_field_of_a_spec_has_a_case():
    assert set(OTHER) == {field.name for field in msgspec.structs.fields(RunSpec)}


@pytest.mark.parametrize("field", OTHER)
def test_a_question_that_differs_in_anything_is_not(made, found, field):
    """In both directions: neither is the answer to the other."""
    for change in OTHER[field]:
        changed = msgspec.structs.replace(STUDY, **change)
        stored = made(STUDY, 1)
        answers, asked = found(changed)
        assert set(answers) - set(asked) <= (set(stored) if field == "seed" else set())
        assert len(set(answers) & set(asked)) == 1  # of two seeds, one was never made
        stored = made(changed, 2)
        answers, asked = found(changed)
        assert answers == stored
    assert found(STUDY)[0] != stored


def test_one_cluster_is_not_another(made, found):
    flaky = msgspec.structs.replace(STUDY, clusters=[FLAKY])
    made(flaky, 1)
    answers, asked = found(STUDY)
    assert answers == asked


def test_the_table_is_known_by_its_content(folder, made, found):
    stored = made(STUDY, 1)
    (folder / "tables" / "mine.npz").rename(folder / "tables" / "renamed.npz")
    answers, _ = found(msgspec.structs.replace(STUDY, blackboxes=["renamed"]))
    assert answers == stored


def _without(name):
    def change(spec):
        options = {key: value for key, value in spec.options.items() if key != name}
        return msgspec.structs.replace(spec, options=options)

    return change


def _with(**more):
    return lambda spec: msgspec.structs.replace(spec, options=spec.options | more)


@pytest.mark.parametrize("change", [_without("rung_increment"), _with(since_dropped=7)])
def test_options_that_one_version_alone_knows_dont_count(made, found, change):
    stored = made(STUDY, 1, change)
    assert found(STUDY)[0] == stored


def test_the_last_of_several_versions_is_taken(made, found):
    """Whichever was stored last; a version after the one that asks counts, too."""
    versions = {version: made(STUDY, version)[0] for version in (3, NOW + 1, 1)}
    assert found(STUDY)[0] == [versions[NOW + 1]]


def test_what_is_there_is_not_replaced(made, found):
    made(STUDY, 1)
    stored = made(STUDY, NOW)
    assert found(STUDY)[0] == stored


OWN = {
    "scheduler": Variant("mine", "simdyhpo.schedulers.asha:PromotionASHA"),
    "searcher": Variant("mine", "dyhpo", options={"searcher": "simdyhpo.searchers.random:RandomSearcher"}),
}


@pytest.mark.parametrize("what", OWN)
def test_code_that_is_not_ours_may_have_been_other_code(made, found, what):
    study = msgspec.structs.replace(STUDY, variants=[OWN[what]])
    made(study, 1)
    answers, asked = found(study)
    assert answers == asked


@pytest.mark.parametrize("searcher", ["random"])
def test_our_own_searchers_count_as_ours(made, found, searcher):
    study = msgspec.structs.replace(
        STUDY, variants=[Variant("dyhpo", "dyhpo", options={"searcher": searcher})]
    )
    stored = made(study, 1)
    assert found(study)[0] == stored


@pytest.mark.parametrize("scheduler", needing(["optuna-sh"]))
def test_of_another_project_only_what_its_same_version_made(made, found, monkeypatch, scheduler):
    variant = Variant(scheduler, scheduler, options={"sampler": "random"})
    study = msgspec.structs.replace(STUDY, variants=[variant])
    stored = made(study, 1)
    assert found(study)[0] == stored
    monkeypatch.setattr(other_versions, "package_version", lambda name: f"another {name}")
    answers, asked = found(study)
    assert answers == asked
