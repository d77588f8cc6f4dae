"""A run without an incumbent counts as regret 1, in everything that averages or compares runs."""

import json

import numpy as np
import pandas as pd
import pytest

from simdyhpo.analysis.comparison import comparison, matched
from simdyhpo.analysis.counted_rows import counted_rows
from simdyhpo.analysis.marks import MARKS_RULE
from simdyhpo.analysis.regret_curves import sampled
from simdyhpo.html_report.study.data import read_study
from simdyhpo.html_report.study.summary import summary_section
from simdyhpo.studies.current_marks import with_current_marks
from simdyhpo.studies.incumbents import study_runs
from simdyhpo.studies.report import report
from simdyhpo.studies.results import collect
from simdyhpo.studies.stored_plan import plan_names, read_plan
from tests.html_report.conftest import fill_store
from tests.making import table

NAN = float("nan")
STUDY = """
name = "late"
blackboxes = ["mine"]
seeds = 4
budget = { max_seconds = 100 }

[[variants]]
scheduler = "random"

[[variants]]
scheduler = "asha"
"""


@pytest.fixture(scope="module")
def late(tmp_path_factory):
    """Curves that begin with diverged values, and of which some are nothing else: incumbents come late."""
    folder = tmp_path_factory.mktemp("late")
    values = [[NAN, NAN, 0.5 - i / 20] if i % 2 else [NAN] * 3 for i in range(8)]
    values[0] = [NAN, 1.0, 1.0]
    seconds = [[20, 40, 60]] * 8
    table(values, seconds).save(folder / "tables" / "mine.npz")
    plan, store = fill_store(folder / "results", STUDY, folder / "tables")
    return plan, store


def test_marks_are_means_of_what_the_run_had_all_along(late):
    plan, store = late
    rows = collect(plan, store).set_index(["label", "seed"])
    assert (rows["regret_0.1"] == 1).all(), "nothing can be known after ten seconds"
    runs = study_runs(plan, store)
    points = np.arange(0.5, 100)  # nothing changes but at whole seconds
    at = sampled(runs.runs, runs.incumbents, "seconds", points)
    for row, curve in zip(runs.runs.itertuples(), at, strict=True):
        stored = rows.loc[(row.label, row.seed)]
        assert stored["area"] == pytest.approx(curve.mean())
        for share in (0.1, 0.3, 0.5, 1.0):
            assert stored[f"regret_{share:g}"] == curve[round(share * 100) - 1]
    assert (rows["best_value"].isna() == (rows["regret_1"] == 1)).any()


def test_reports_print_these_means(late):
    plan, store = late
    rows = collect(plan, store)
    text = report(plan.study, rows, "random")
    data = read_study(store, read_plan(store.folder, plan_names(store.folder)[0]))
    page = str(summary_section(data).body)
    for label in ("random", "asha"):
        mine = rows[rows["label"] == label]
        shares = [f"{mine[f'regret_{share:g}'].mean():.4f}" for share in (0.1, 0.3, 0.5, 1.0)]
        assert f"| {label} | {' | '.join(shares)} |" in text
        assert f"{mine['area'].mean():.4f}" in page
    assert "nan" not in text.lower()


def as_stored_before(rows, first):
    """Rows as the rule of version 0.1.0 had them: nothing before the first incumbent."""
    old = rows.copy()
    for at in rows.index:
        begun = first[rows.loc[at, "cell"]]
        for share in (0.1, 0.3, 0.5, 1.0):
            if share * 100 < begun:
                old.loc[at, f"regret_{share:g}"] = NAN
        known = 100 - begun
        old.loc[at, "area"] = (rows.loc[at, "area"] * 100 - begun) / known if known > 0 else NAN
        if known <= 0:
            old.loc[at, "log10_regret"] = NAN
    return old.assign(marks_rule=1)


def test_cells_of_an_earlier_rule_are_read_under_todays(late):
    plan, store = late
    rows = store.cells(plan.keys)
    assert (rows["marks_rule"] == MARKS_RULE).all()
    runs = study_runs(plan, store)
    begun = runs.incumbents.groupby("run")["seconds"].first()
    first = {row.cell: begun.get(row.run, 100.0) for row in runs.runs.itertuples()}
    old = as_stored_before(rows, first)
    assert old["regret_0.1"].isna().all()
    renewed = with_current_marks(old, store)
    pd.testing.assert_frame_equal(renewed, rows, check_dtype=False)
    mixed = pd.concat([rows[:3], old[3:]])
    pd.testing.assert_frame_equal(with_current_marks(mixed, store), rows, check_dtype=False)
    assert json.loads(rows["manifest"].iloc[0])["regret"] is None or rows["regret_1"].iloc[0] < 1


def test_comparisons_keep_pairs_without_an_incumbent(late):
    plan, store = late
    rows = store.cells(plan.keys)
    found = comparison(matched(rows, rows))
    assert (found["pairs"] == 4).all()
    assert (found["difference"] == 0).all()


def test_rows_of_old_tables_count_alike():
    rows = pd.DataFrame({"regret_0.1": [NAN, 0.5], "regret_1": [NAN, 0.1], "area": [NAN, 0.3]})
    found = counted_rows(rows.assign(log10_regret=[NAN, -1.0]))
    assert found["regret_0.1"].tolist() == [1, 0.5]
    assert found["area"].tolist() == [1, 0.3]
    assert found["log10_regret"].tolist() == [0, -1]
    assert found["blind"].tolist() == [True, False]
