"""Pages know both units, every reference and final scores: a page says what was asked, in all its places."""

import itertools

import pytest

from simdyhpo.analysis.measures import NORMALISED, REFERENCES, UNITS, Measure
from simdyhpo.errors import SimdyhpoError, UnknownNameError
from simdyhpo.html_report.report import html_report
from simdyhpo.html_report.run.data import read_run_data
from simdyhpo.html_report.run.figures import FIGURES as RUN_FIGURES
from simdyhpo.html_report.study.data import read_study
from simdyhpo.html_report.study.figures import FIGURES as STUDY_FIGURES
from simdyhpo.studies.results import collect_measured
from simdyhpo.studies.stored_cell import open_cell
from simdyhpo.studies.stored_plan import stored_plan
from tests.html_report.conftest import fill_store
from tests.html_report.test_study import words

TEXT = """
name = "scored"
blackboxes = ["lcbench-car", "lcbench-vehicle"]
seeds = 2
budget = { max_epochs = 60 }

[[variants]]
scheduler = "asha"

[[variants]]
scheduler = "random"
"""
METRIC = ["validation cross-entropy"]
SCORE = "test_balanced_accuracy"
MEASURES = [
    Measure(score=score, unit=unit, reference=reference)
    for score, unit, reference in itertools.product((None, SCORE), UNITS, REFERENCES)
]


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    return fill_store(tmp_path_factory.mktemp("scored") / "results", TEXT)


@pytest.mark.parametrize("measure", MEASURES, ids=str)
def test_rows_and_figures_of_a_study_are_in_the_measure(scored, measure):
    plan, store = scored
    data = read_study(store, stored_plan(plan), measure=measure)
    for one, rows in ((measure, data.rows), (measure.other_unit(), data.other)):
        expected = collect_measured(plan, store, [one])[one]
        assert rows["regret_1"].tolist() == pytest.approx(expected["regret_1"].tolist())
    for row in data.rows.itertuples():
        assert data.logs[row.cell].epochs.at(60) == pytest.approx(row.regret_1)
    figure = STUDY_FIGURES[0].draw(data, 1)
    assert " ".join(figure.axes[0].get_ylabel().split()) == measure.label(METRIC)


@pytest.mark.parametrize("measure", [NORMALISED, Measure(score=SCORE, unit="absolute", reference="chance")])
def test_a_page_says_both_units_in_words(scored, measure):
    plan, store = scored
    for place in (store.folder, store.path(plan.cells[0].key)):
        page = words(html_report(place, measure=measure))
        for one in (measure, measure.other_unit()):
            assert one.words(METRIC) in page
            assert one.unit_words in page


@pytest.mark.parametrize("measure", MEASURES, ids=str)
def test_a_run_page_is_in_the_measure(scored, measure):
    plan, store = scored
    table = plan.tables[plan.cells[0].cell.blackbox]
    data = read_run_data(open_cell(store.path(plan.cells[0].key)), measure)
    last = data.incumbents.iloc[-1]
    for name, one in (("regret", measure), ("other_regret", measure.other_unit())):
        (expected,) = one.on(table).regrets([last["value"]], [int(last["configuration"])])
        assert last[name] == expected
    figure = RUN_FIGURES[0].draw(data)
    assert " ".join(figure.axes[0].get_ylabel().split()) == measure.label(METRIC)
    assert [one.name for one in data.scores] == list(table.scores)
    held = int(last["configuration"])
    for one in data.scores:
        assert one.value == table.scores[one.name].values[held]


def test_what_a_page_cant_show_is_one_line(scored, study):
    _, store = scored
    with pytest.raises(UnknownNameError, match="did you mean 'test_accuracy'"):
        html_report(store.folder, measure=Measure(score="test_acuracy"))
    with pytest.raises(SimdyhpoError, match="needs the table itself") as raised:
        html_report(study[1].folder, measure=Measure(reference="chance"))
    assert "\n" not in str(raised.value)
