"""Stored results in other measures: worked out when read, and equal to what the logs say by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from simdyhpo.analysis.marks import FLOOR, SHARES
from simdyhpo.analysis.measures import ABSOLUTE, NORMALISED, Measure, in_both_units
from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.errors import SimdyhpoError
from simdyhpo.studies import measured_rows as module
from simdyhpo.studies import option_sweep
from simdyhpo.studies.option_sweep import write_sweep
from simdyhpo.studies.results import collect, collect_measured
from simdyhpo.studies.whole_report import whole_report
from simdyhpo.tables.curves import CurveTable
from tests.html_report.conftest import fill_store
from tests.studies.conftest import stored

STUDY = """
name = "scored"
blackboxes = ["lcbench-car", "lcbench-vehicle"]
seeds = 2
budget = { max_epochs = 60 }

[[variants]]
scheduler = "asha"
grid = { reduction_factor = [2, 4] }

[[variants]]
scheduler = "random"
"""
SCORE = "test_balanced_accuracy"
MEASURES = [
    NORMALISED,
    ABSOLUTE,
    Measure(reference="chance"),
    Measure(reference="quantile:0.95"),
    Measure(score=SCORE),
    Measure(score=SCORE, unit="absolute"),
    Measure(score=SCORE, reference="chance"),
]


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    return fill_store(tmp_path_factory.mktemp("scored") / "results", STUDY, None)


def by_hand(values, configurations, table, measure, resources):
    """The regret after every report, one by one."""
    best_so_far, held, regrets = math.inf, None, []
    for value, configuration in zip(values, configurations, strict=True):
        if value < best_so_far:
            best_so_far, held = value, configuration
        if measure.score is None:
            every = table.values.astype(float)
            mine, best, worst = best_so_far, every.min(), every.max()
            chance, quantile = math.log(4), np.quantile(every, 0.95, method="lower")
        else:
            every = table.scores[measure.score].values.astype(float)
            mine, best, worst, chance, quantile = every[held], every.max(), every.min(), 1 / 4, None
        end = {"worst": worst, "chance": chance, "quantile:0.95": quantile}[measure.reference]
        regret = abs(best - mine) / (1 if measure.unit == "absolute" else abs(best - end))
        regrets.append(regret if measure.unit == "absolute" else min(regret, 1))
    return regrets + [regrets[-1]] * (resources - len(regrets))


@pytest.mark.parametrize("measure", MEASURES, ids=str)
def test_marks_equal_those_by_hand(scored, measure):
    plan, store = scored
    rows = collect_measured(plan, store, [measure])[measure]
    assert len(rows) == len(plan.cells) == 12
    for planned, row in zip(plan.cells, rows.to_dict("records"), strict=True):
        assert (planned.cell.blackbox, planned.cell.seed) == (row["blackbox"], row["seed"])
        reports = store.table(planned.key, "reports").to_pandas()
        regrets = by_hand(
            reports["value"], reports["configuration"], plan.tables[row["blackbox"]], measure, 60
        )
        for share in SHARES:
            assert row[f"regret_{share:g}"] == pytest.approx(regrets[round(60 * share) - 1], abs=1e-12)
        assert row["area"] == pytest.approx(np.mean(regrets))
        assert row["log10_regret"] == pytest.approx(math.log10(max(regrets[-1], FLOOR)))


def test_what_is_stored_stays_as_it_is(scored):
    plan, store = scored
    before = stored(store.folder)
    for measure in MEASURES:
        whole_report(plan, store, measure)
    assert stored(store.folder) == before
    pd.testing.assert_frame_equal(
        collect(plan, store), collect_measured(plan, store, [NORMALISED])[NORMALISED]
    )


def test_another_unit_alone_reads_no_reports(scored, monkeypatch):
    plan, store = scored
    monkeypatch.setattr(module, "measured_marks", pytest.fail)
    for measure in (NORMALISED, ABSOLUTE, Measure(unit="absolute", reference="chance")):
        collect_measured(plan, store, [measure])


@pytest.mark.parametrize(
    "measure", [*MEASURES, Measure(score=SCORE, unit="absolute", reference="chance")], ids=str
)
def test_every_text_and_figure_states_its_unit(scored, measure, tmp_path, monkeypatch):
    """The report, the CSV, a sweep's report and its figure: what was asked, and beside it the other unit."""
    plan, store = scored
    metrics = ["validation cross-entropy"]
    drawn = []
    monkeypatch.setattr(option_sweep, "save_figure", lambda figure, *_, **__: drawn.append(figure))
    texts = whole_report(plan, store, measure).texts
    swept = write_sweep(plan, store, "reduction_factor", tmp_path, measure)
    for one in in_both_units(measure):
        for text in (texts["report.md"], swept):
            assert one.label(metrics) in text
            assert one.words(metrics) in text
        for file in (texts["results.csv"], (tmp_path / "results.csv").read_text()):
            header = file.splitlines()[0].split(",")
            for name in ("regret_1", "area", "absolute_regret_1", f"{one.prefix}regret_1"):
                assert name in header
    (figure,) = drawn
    assert " ".join(figure.axes[0].get_ylabel().split()) == measure.label(metrics)
    assert measure.words(metrics) in " ".join(figure.get_supxlabel().split())
    means = collect_measured(plan, store, [measure])[measure].groupby("label")["regret_1"].mean()
    for label, mean in means.items():
        assert f"{mean:.4f}" in texts["report.md"], label


def test_tables_without_a_score_in_common_are_one_line(scored):
    plan, store = scored
    with pytest.raises(SimdyhpoError, match="no score in common") as raised:
        Measure(score=SCORE).check(plan.tables | {"bare": _bare()})
    assert "\n" not in str(raised.value)
    with pytest.raises(SimdyhpoError, match="did you mean 'test_accuracy'"):
        whole_report(plan, store, Measure(score="test_acuracy"))


def _bare():
    return CurveTable.from_arrays([[1.0, 2.0]], [[1.0, 2.0]], {"x": [1]}, mode="min", name="bare")


@pytest.mark.parametrize(
    "scheduler", [name for name in SCHEDULERS if name in ("asha", "dyhpo", "bohb", "dehb")]
)
def test_scores_never_reach_a_scheduler(scheduler, tmp_path):
    """The same decisions on a table whose scores are turned upside down, or that has none."""
    from simdyhpo.runs.front_door import simulate
    from simdyhpo.tables.blackboxes import load_blackbox

    table = load_blackbox("lcbench-vehicle")
    logs = []
    for factor in (1, -1, None):
        scores = {} if factor is None else {n: (s.mode, factor * s.values) for n, s in table.scores.items()}
        other = CurveTable.from_arrays(
            table.values, table.elapsed_seconds, table.configurations, mode=table.mode, name=table.name,
            scores=scores,
        )  # fmt: skip
        logs.append(simulate(other, scheduler, max_epochs=40).decisions)
    for log in logs[1:]:
        pd.testing.assert_frame_equal(log, logs[0])
