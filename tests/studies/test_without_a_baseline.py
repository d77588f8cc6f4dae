"""What a report says when a variant has no finished run, the baseline's included."""

import pandas as pd
import pytest

from simdyhpo.analysis.sweep import sweep_summary
from simdyhpo.html_report.study.data import read_study
from simdyhpo.html_report.study.summary import summary_section
from simdyhpo.studies.option_sweep import _verdicts
from simdyhpo.studies.report import report
from simdyhpo.studies.results import collect
from simdyhpo.studies.stored_plan import plan_names, read_plan
from tests.html_report.conftest import fill_store
from tests.making import falling

STUDY = """
name = "lost"
blackboxes = ["mine", "other"]
seeds = 2
budget = { max_epochs = 30 }

[[variants]]
scheduler = "random"

[[variants]]
scheduler = "asha"

[[variants]]
scheduler = "sh"
"""


@pytest.fixture
def lost(tmp_path):
    """All cells of the first variant failed."""
    for name in ("mine", "other"):
        falling(40, 9).save(tmp_path / "tables" / f"{name}.npz")
    plan, store = fill_store(tmp_path / "results", STUDY, tmp_path / "tables")
    for planned in plan.cells:
        if planned.cell.variant.label == "random":
            store.remove(planned.key)
            store.write_failure(planned.key, "ValueError: no\n")
    return plan, store


def test_the_report_says_so_and_prints_no_nan(lost):
    plan, store = lost
    text = report(plan.study, collect(plan, store), "random", plan.tables)
    assert "nan" not in text.lower()
    assert "No cell of `random` is finished here, so nothing is compared with it." in text
    assert "| variant | pairs |" not in text
    assert "| random | " not in text.split("## Over the budget")[1]
    rows = collect(plan, store)
    apart = rows.assign(log10_regret=-1.0 - rows["seed"] - (rows["label"] == "sh") * (rows.index + 1) / 10)
    assert "Too few seeds to tell" in report(plan.study, apart, "asha", plan.tables)
    same = rows[rows["label"] == "asha"]
    rows = pd.concat([same, same.assign(label="sh")], ignore_index=True)
    assert "Nothing differs from `asha`: all results are identical in every run." in report(
        plan.study, rows, "asha", plan.tables
    )


def test_the_page_says_so(lost):
    _, store = lost
    data = read_study(store, read_plan(store.folder, plan_names(store.folder)[0]))
    page = str(summary_section(data).body)
    assert "Without any finished run: random" in page
    assert "Nothing is compared with random: it has no finished run." in page
    assert "nan" not in page


def test_a_sweep_says_so(lost):
    rows = collect(*lost)
    labels = {1: "random", 2: "asha", 3: "sh"}
    said = _verdicts(sweep_summary(rows, labels))
    assert "Nothing is compared with the value 1: it has no finished run." in said
    none = _verdicts(sweep_summary(rows[:0], labels))
    assert none[0] == "No value has a finished run yet."
