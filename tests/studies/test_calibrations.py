"""A study's report says of each model how well it knew what it didn't know."""

import numpy as np
import pytest

from simdyhpo.analysis.calibration import calibration
from simdyhpo.runs.front_door import simulate
from simdyhpo.studies.calibrations import with_calibration
from simdyhpo.studies.files import load_study
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.report import report
from simdyhpo.studies.results import collect
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_cell import StoredCell
from simdyhpo.traces.predictions import run_predictions

TEXT = """
name = "models"
blackboxes = ["digits-mlp"]
seeds = 2
budget = { max_epochs = 20 }

[[variants]]
scheduler = "asha"

[[variants]]
label = "model"
scheduler = "dyhpo"
options = { steps = 1, candidates = 5 }

[[variants]]
label = "none"
scheduler = "dyhpo"
options = { searcher = "random" }
"""


@pytest.fixture
def done(tmp_path):
    path = tmp_path / "models.toml"
    path.write_text(TEXT)
    plan, store = make_plan(load_study(path)), Store(tmp_path / "results")
    store.open()
    for planned in plan.cells:
        cell = planned.cell
        result = simulate(
            plan.tables[cell.blackbox],
            cell.variant.scheduler,
            seed=cell.seed,
            max_epochs=cell.budget.max_epochs,
            options=cell.variant.options,
        )
        store.write(planned.key, result)
    return plan, store


def test_the_median_of_the_runs(done):
    plan, store = done
    rows = with_calibration(collect(plan, store), plan, store)
    by_cell = {
        planned.cell.seed: calibration(run_predictions(StoredCell(store, planned.key))).rms
        for planned in plan.cells
        if planned.cell.variant.label == "model"
    }
    mine = rows[rows["label"] == "model"].set_index("seed")["calibration_rms"]
    assert mine.to_dict() == by_cell
    assert rows[rows["label"] != "model"]["calibration_rms"].isna().all()
    lines = report(plan.study, rows, "asha", plan.tables).splitlines()
    head = next(at for at, line in enumerate(lines) if "ms per decision" in line)
    assert lines[head].endswith("| ms per decision | calibration |")
    ends = {line.split("|")[1].strip(): line.split("|")[-2].strip() for line in lines[head + 2 : head + 6]}
    assert ends == {
        "asha": "", "model": f"{np.median(list(by_cell.values())):.2f}", "none": "", "hindsight bound": ""
    }  # fmt: skip


def test_without_a_model_there_is_no_column(done):
    plan, store = done
    rows = with_calibration(collect(plan, store), plan, store)
    assert "calibration" not in report(plan.study, rows[rows["label"] == "asha"], "asha")
    assert "calibration" not in report(plan.study, collect(plan, store), "asha")
