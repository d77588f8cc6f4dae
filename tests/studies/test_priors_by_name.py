"""A prior by its quantile, in a study: each table's own, in keys and manifests."""

from pathlib import Path

import msgspec
import pytest

from simdyhpo.analysis.priors import prior_at
from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.errors import OptionError, SimdyhpoError
from simdyhpo.runs.front_door import simulate
from simdyhpo.schedulers.priorband import PriorBand
from simdyhpo.studies.conductor import run_study
from simdyhpo.studies.files import load_study
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.pool import Pool
from simdyhpo.studies.store import Store
from simdyhpo.tables.blackboxes import load_blackbox

TABLES = ("lcbench-adult", "lcbench-fashion-mnist")
TEXT = """
name = "beliefs"
blackboxes = ["lcbench-adult", "lcbench-fashion-mnist"]
seeds = 1
budget = { max_epochs = 120 }

[[variants]]
scheduler = "priorband"
grid = { prior = ["quantile:0", "quantile:0.9"] }
"""


def study_at(folder: Path, text: str = TEXT):
    (folder / "beliefs.toml").write_text(text)
    return load_study(folder / "beliefs.toml")


def test_each_table_has_its_own_prior_and_a_key_of_it(tmp_path):
    plan = make_plan(study_at(tmp_path))
    assert [one.label for one in plan.study.variants] == [
        "priorband,prior=quantile:0",
        "priorband,prior=quantile:0.9",
    ]
    quantiles = {"priorband,prior=quantile:0": 0, "priorband,prior=quantile:0.9": 0.9}
    for planned in plan.cells:
        table = plan.tables[planned.cell.blackbox]
        assert planned.spec.options["prior"] == prior_at(table, quantiles[planned.cell.variant.label])
    assert len(set(plan.keys)) == 4


def test_it_is_the_run_of_the_same_prior_in_values(tmp_path):
    study = study_at(tmp_path)
    plan, store = make_plan(study), Store(tmp_path / "out")
    store.open()
    assert run_study(plan, store, Pool("loky", 1)).failures == {}
    for planned in plan.cells:
        (text,) = store.cells([planned.key])["manifest"]
        stored = msgspec.json.decode(text)
        prior = stored["spec"]["options"]["prior"]
        assert prior == planned.spec.options["prior"]
        result = simulate(planned.cell.blackbox, "priorband", options={"prior": prior}, max_epochs=120)
        by_name = simulate(
            planned.cell.blackbox, "priorband", options=planned.cell.variant.options, max_epochs=120
        )
        assert result.spec == by_name.spec == planned.spec
        assert result.decisions.equals(by_name.decisions)
        assert stored["counts"]["trials"] == result.trials
    assert not make_plan(study).missing(store.finished())


def test_a_good_prior_starts_better_rows_than_a_bad_one():
    """On both tables: the mean final value of all that started, over three seeds."""
    for name in TABLES:
        table = load_blackbox(name)
        means = {}
        for quantile in ("0", "0.9"):
            started = [
                start
                for seed in range(3)
                for start in simulate(
                    table,
                    "priorband",
                    options={"prior": f"quantile:{quantile}", "confidence": 0.95},
                    seed=seed,
                    max_epochs=200,
                ).reports.configuration.unique()
            ]
            means[quantile] = table.values[started, -1].mean()
        assert means["0"] < means["0.9"] if table.mode == "min" else means["0"] > means["0.9"], name


@pytest.mark.parametrize(
    ("prior", "said"),
    [
        ("quantile:1.5", "a quantile goes from 0, the best, to 1, the worst"),
        ("quantile:good", "a quantile goes from 0, the best, to 1, the worst"),
        ("quantile:", "a quantile goes from 0, the best, to 1, the worst"),
        ("quantil:0.1", "or as quantile:0.05"),
    ],
)
def test_a_name_that_is_none_is_one_line(tmp_path, prior, said):
    with pytest.raises(SimdyhpoError, match=said) as caught:
        study_at(tmp_path, TEXT.replace("quantile:0.9", prior))
    assert "\n" not in str(caught.value)
    assert prior in str(caught.value)


def test_code_that_is_not_ours_has_one_prior_on_every_table():
    """Its settings are kept once a variant, so they can't differ from table to table."""
    factory = SchedulerFactory(PriorBand, {"prior": "quantile:0.1"})
    with pytest.raises(OptionError, match="priorband by its own name"):
        simulate("lcbench-adult", PriorBand, options=factory.settings, max_epochs=1)
