"""Who reports, compares or draws reads the same finished cells: damaged ones are left out of all of them."""

import msgspec
import pytest

from simdyhpo.html_report.study.data import read_study
from simdyhpo.runs.front_door import simulate
from simdyhpo.simulation.budget import Budget
from simdyhpo.studies.damage import DamagedResults
from simdyhpo.studies.finished_cells import finished_cells
from simdyhpo.studies.incumbents import study_runs
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.results import collect
from simdyhpo.studies.spec import Study, Variant
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_plan import stored_plan

STUDY = Study(
    name="few",
    question="",
    minutes=None,
    blackboxes=["digits-mlp"],
    variants=[Variant("asha", "asha"), Variant("chance", "random"), Variant("luck", "random")],
    seeds=2,
    budget=Budget(max_epochs=40),
)
"""Two labels mean the same run."""


@pytest.fixture
def kept(tmp_path):
    plan, store = make_plan(STUDY), Store(tmp_path)
    store.open()
    for planned in plan.missing(()):
        cell = planned.cell
        table = plan.tables[cell.blackbox]
        result = simulate(table, cell.variant.scheduler, seed=cell.seed, max_epochs=40)
        assert msgspec.json.encode(result.spec) == msgspec.json.encode(planned.spec)
        store.write(planned.key, result)
    return plan, store


def test_all_readers_see_the_same_cells(kept):
    plan, store = kept
    bad = plan.cells[0].key
    path = store.path(bad, "reports")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.warns(DamagedResults):
        cells = finished_cells(store)
    assert [one.key for one in cells.damaged] == [bad]
    assert bad not in set(cells.rows["cell"])
    assert len(cells.rows) == 3
    with pytest.warns(DamagedResults):
        rows = collect(plan, store)
    with pytest.warns(DamagedResults):
        read = study_runs(plan, store)
    with pytest.warns(DamagedResults):
        page = read_study(store, stored_plan(plan))
    assert rows.equals(read.results)
    by = ["blackbox", "label", "workers", "seed"]
    assert len(rows) == 5  # three runs under two labels, and what is left of asha
    for other in (read.runs, page.rows):
        assert other[by].to_numpy().tolist() == rows[by].to_numpy().tolist()
    assert read.runs["regret"].tolist() == rows["regret_1"].tolist() == page.rows["regret_1"].tolist()
    assert rows["seconds_per_decision"].tolist() == page.rows["seconds_per_decision"].tolist()
