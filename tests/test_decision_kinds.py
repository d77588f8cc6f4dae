"""Whatever shows decisions knows every kind of them: each page, explanation, figure and table."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from simdyhpo.analysis.decision_shares import decision_counts, shares_along
from simdyhpo.analysis.kinds_over_time import kinds_over_time
from simdyhpo.browse.pages import Pages
from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.cli.main import main
from simdyhpo.decision_kinds import MEANINGS, Effect, kinds_that
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.drawing.decision_strip import Strips, decision_figure
from simdyhpo.drawing.kinds_over_time import kinds_figure
from simdyhpo.drawing.spaghetti import RunCurves, spaghetti_figure
from simdyhpo.drawing.style import DECISIONS, PROMOTION_SYMBOLS
from simdyhpo.html_report.report import html_report
from simdyhpo.runs.front_door import simulate
from simdyhpo.testing.subject import STARTS
from simdyhpo.traces.explain import explain, reasons, what
from simdyhpo.traces.read import read_run
from simdyhpo.traces.words import action
from simdyhpo.traces.write import write_run
from tests.every_kind import CLUSTER, EveryKind
from tests.html_report.conftest import fill_store
from tests.making import falling

ROOT = Path(__file__).parents[1]
NAMES = {kind.name for kind in ScheduleDecision}
STUDY = """
name = "kinds"
blackboxes = ["mine"]
seeds = 1
workers = [4]
budget = { max_epochs = 400 }

[[variants]]
scheduler = "tests.every_kind:EveryKind"

[[clusters]]
name = "bad"
crashes_per_hour = 60
repair_seconds = 5
retries = 50
"""


@pytest.fixture(scope="module")
def table():
    return falling(200, 12)


@pytest.fixture(scope="module")
def result(table):
    return simulate(table, EveryKind, workers=4, max_epochs=400, cluster=CLUSTER)


@pytest.fixture(scope="module")
def folder(result, tmp_path_factory):
    place = tmp_path_factory.mktemp("kinds") / "run"
    write_run(result, place)
    return place


def test_every_kind_has_a_meaning_of_its_own():
    assert list(MEANINGS) == list(ScheduleDecision)
    assert len({meaning.words for meaning in MEANINGS.values()}) == len(ScheduleDecision)
    assert sorted(sum((kinds_that(effect) for effect in Effect), ())) == sorted(ScheduleDecision)


@pytest.mark.parametrize("kind", ScheduleDecision)
def test_names_and_effects_agree(kind):
    effect = MEANINGS[kind].effect
    first = kind.name.partition("_")[0]
    expected = {"START": "starts", "PROMOTE": "promotes", "CONTINUE": "continues", "STOP": "ends"}
    assert effect.value == (expected | {"RETRY": "retries"})[first]
    assert (kind in STARTS) == (effect is Effect.STARTS)


def test_colours_and_symbols_are_there_and_differ():
    assert set(DECISIONS) == set(ScheduleDecision)
    assert len(set(DECISIONS.values())) == len(DECISIONS)
    assert set(PROMOTION_SYMBOLS) == set(kinds_that(Effect.PROMOTES))
    assert len(set(PROMOTION_SYMBOLS.values())) == len(PROMOTION_SYMBOLS)


def test_the_documentation_lists_every_kind():
    text = (ROOT / "docs" / "decision-logs.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)` \| (\d+) \| (.+) \|$", text, re.MULTILINE)
    assert rows == [(kind.name, str(int(kind)), MEANINGS[kind].words) for kind in ScheduleDecision]


def test_the_run_has_every_kind(result):
    assert all(decision_counts(result.decisions).values())


def test_the_page_of_a_run(folder):
    page = html_report(folder)
    for kind, meaning in MEANINGS.items():
        assert kind.name in page
        assert meaning.words.replace("'", "&#39;") in page


def test_the_page_of_a_study(tmp_path):
    falling(200, 12).save(tmp_path / "tables" / "mine.npz")
    plan, store = fill_store(tmp_path / "results", STUDY, tmp_path / "tables")
    page = html_report(store.folder)
    cell = html_report(store.path(plan.cells[0].key))
    for meaning in MEANINGS.values():
        assert meaning.words.replace("'", "&#39;") in page
        assert meaning.words.replace("'", "&#39;") in cell


def test_every_decision_is_explained_and_browsed(folder, table):
    run = read_run(folder)
    pages = Pages(run, table)
    seen = set()
    for record in run.records():
        if record.decision in seen:
            continue
        seen.add(record.decision)
        assert record.decision.name in explain(run, record.index)
        assert reasons(record, run.manifest.spec)
        verb = {
            Effect.STARTS: "starts",
            Effect.PROMOTES: "resumes",
            Effect.CONTINUES: "runs on",
            Effect.ENDS: "was ended",
            Effect.RETRIES: "runs again",
        }
        assert verb[MEANINGS[record.decision].effect] in what(record)
        assert record.decision.name in action(record)
        assert record.decision.name in "\n".join(pages.lines(record.index))
    assert seen == set(ScheduleDecision)


def test_commands_take_them(folder, table, tmp_path, capsys):
    table_file = tmp_path / "mine.npz"
    table.save(table_file)
    exported = tmp_path / "events.json"
    mine = ["--blackbox", str(table_file)]
    assert main(["trace", "export", str(folder), "--perfetto", str(exported), *mine]) == 0
    assert {event["name"] for event in json.loads(exported.read_text())["traceEvents"]} >= NAMES
    assert main(["trace", "show", str(folder), "--head", "400"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in NAMES)


def labels(figure: Figure) -> set[str]:
    return {text.get_text() for legend in figure.legends for text in legend.get_texts()}


def test_figures_show_every_kind(result):
    decisions, reports = result.decisions, result.reports
    assert labels(kinds_figure({"mine": kinds_over_time(decisions, reports)})) == NAMES
    kinds = decisions["decision"].to_numpy(dtype=np.int64)
    strips = [Strips(title="mine", runs=[kinds], shares=shares_along(kinds, 5))]
    assert labels(decision_figure(strips)) == NAMES
    promotions = decisions[decisions["decision"].isin(kinds_that(Effect.PROMOTES))]
    run = RunCurves(title="mine", curves=reports, promotions=promotions, mode="min")
    shown = labels(spaghetti_figure([run], x_label="epochs", y_label="loss"))
    assert shown >= {kind.name for kind in kinds_that(Effect.PROMOTES)}


@pytest.mark.parametrize("scheduler", ["dpl", "freeze-thaw"])
def test_the_report_of_a_run_whose_model_promotes(scheduler, tmp_path):
    result = simulate(falling(12, 6), scheduler, max_epochs=20, options=SCHEDULERS[scheduler].quick)
    assert (result.decisions["decision"] == ScheduleDecision.PROMOTE_MODEL).any()
    write_run(result, tmp_path / "run")
    assert main(["report", str(tmp_path / "run"), "--out", str(tmp_path / "page.html")]) == 0
    assert MEANINGS[ScheduleDecision.PROMOTE_MODEL].words in (tmp_path / "page.html").read_text()
