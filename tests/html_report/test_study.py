"""What the report of a study says, and what it does about whatever is missing, damaged or hostile."""

import html
import os
import re
import subprocess
import sys

import msgspec
import numpy as np
import pytest

from simdyhpo.analysis.mean_ranks import MeanRanks, mean_ranks
from simdyhpo.errors import OutputError
from simdyhpo.html_report.report import html_report
from simdyhpo.html_report.study.cluster import ACCOUNTS, busy_share, cluster_section
from simdyhpo.html_report.study.data import read_study
from simdyhpo.html_report.study.data_sets import data_sets_section
from simdyhpo.html_report.study.decisions import decisions_section
from simdyhpo.html_report.study.figures import FIGURES
from simdyhpo.html_report.study.runs import runs_section
from simdyhpo.html_report.study.summary import facts, summary_section
from simdyhpo.studies.damage import DamagedResults
from simdyhpo.studies.files import load_study
from simdyhpo.studies.parts import PARTS
from simdyhpo.studies.places import PLANS
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_plan import plan_names, read_plan, stored_plan, write_plan
from tests.html_report.conftest import CELLS, TEXT, fill_store


def words(page):
    """What a reader sees of a page, without its figures."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page.replace("<wbr>", ""))).split())


def summary(store, plan=None):
    """What the report begins with, without the work that its figures take."""
    if plan is None and (names := plan_names(store.folder)):
        plan = read_plan(store.folder, *names)
    data = read_study(store, plan)
    numbers = " ".join(f"{fact.what} {fact.value}" for fact in facts(data))
    return f"{numbers} {words(summary_section(data).body)}"


def test_everything_is_there(whole, whole_page):
    plan, page = whole[0], whole_page
    said = words(page)
    assert f"of {CELLS} runs finished {CELLS}" in said
    assert "not finished" not in said
    assert "No run failed." in said
    for section in (
        "Summary",
        "Figures",
        "Data sets",
        "Decisions",
        "Cluster use",
        "Runs",
        "Failures",
        "Origin",
    ):
        assert section in said
    for label in ("halving, asynchronous", "sh", "random", "digits-mlp", "mine"):
        assert label in said
    blackboxes_and_workers = len(plan.study.blackboxes) * len(plan.study.workers)
    assert page.count("<img ") == 1 + len(FIGURES) * len(plan.study.workers) + blackboxes_and_workers


def test_numbers_are_those_of_the_store(whole, whole_page):
    plan, folder = whole
    rows = Store(folder).cells(plan.keys)
    mine = rows[(rows["workers"] == 3) & (rows["scheduler"] == "sh")]
    data = read_study(Store(folder), stored_plan(plan))
    found = data.cells(3, label="sh")
    assert len(found) == len(mine) == 6
    assert found["regret_1"].mean() == mine["regret_1"].mean()
    assert f"{mine['regret_1'].mean():.4f}" in words(whole_page)
    curve = data.curves("epochs", 3, blackbox="mine")["sh"]
    last = mine[mine["blackbox"] != "digits-mlp"]["regret_1"].mean()
    assert curve.interval.mean[-1] == pytest.approx(last, abs=1e-12)
    assert sum(data.kinds(3)["sh"].sum(axis=0)) == mine["decisions"].sum()


def test_ranks_are_over_what_all_have(whole):
    plan, folder = whole
    data = read_study(Store(folder), stored_plan(plan))
    cells = data.cells(1).copy()
    cells["regret_1"] = cells["label"].map({"halving, asynchronous": 0.2, "sh": 0.1, "random": 0.3})
    assert mean_ranks(cells, data.labels) == MeanRanks(
        {"halving, asynchronous": 2.0, "sh": 1.0, "random": 3.0},
        {"halving, asynchronous": 0, "sh": 2, "random": 0},
    )
    # Where one method has no run, no rank is given: who lacks hard data sets would gain.
    some = cells[(cells["label"] != "random") | (cells["blackbox"] == "mine")]
    assert mean_ranks(some, data.labels).least["sh"] == 1


def test_the_same_folder_gives_the_same_bytes(whole, whole_page, tmp_path):
    out = tmp_path / "page.html"
    command = [sys.executable, "-m", "simdyhpo", "report", str(whole[1]), "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONHASHSEED": "7"})
    assert out.read_text(encoding="utf-8") == whole_page


def test_missing_and_failed_runs_are_counted(study_page):
    said = words(study_page.read_text(encoding="utf-8"))
    assert f"of {CELLS} runs finished {CELLS - 3}" in said
    assert f"2 runs of {CELLS} not finished" in said
    assert "1 run failed" in said
    assert "is no number" in said


def test_text_from_outside_is_text(study_page):
    page = study_page.read_text(encoding="utf-8")
    assert "Which <b>one</b> & why? </script><script>alert(1)</script>" in words(page)
    assert "<img src=x onerror=alert(1)> is no number" in words(page)
    assert "<b>one" not in page
    assert "<img src=x" not in page
    assert page.count("<script>") == 5  # ours, and the library
    assert page.count("</script>") == page.count("<script")


def test_a_hostile_name_is_text(study):
    plan, store = study
    asked = stored_plan(plan)
    name = '"><script>alert("name")</script>'
    cells = [
        msgspec.structs.replace(cell, blackbox=name, label=f"{name}{cell.label}") for cell in asked.cells
    ]
    cells = [cell for cell in cells if cell.seed == 0][: len(plan.study.variants)]
    hostile = msgspec.structs.replace(
        asked, cells=cells, study=msgspec.structs.replace(asked.study, name=name, question=name)
    )
    page = html_report(store.folder, hostile)
    assert name not in page
    assert "<script>alert" not in page
    assert name in words(page)


def test_without_a_plan_names_are_made_from_what_differs(study):
    plan, store = study
    store.remove(plan.cells[-1].key)
    for path in (store.folder / PLANS).iterdir():
        path.unlink()
    said = summary(store)
    assert "doesn't say which study it is of" in said
    assert f"of {CELLS} runs finished {CELLS - 1}" in said
    assert f"1 run of {CELLS} not finished" in said
    data = read_study(store, None)
    assert data.labels == ["asha", "random", "sh"]
    assert "missing" in runs_section(data).body  # all of it can be written


def test_without_a_plan_different_budgets_are_not_mixed(study, tmp_path):
    _, store = study
    (store.folder / PLANS / "tiny.json").unlink()
    text = (
        TEXT.replace("max_epochs = 60", "max_epochs = 9")
        .replace(', "mine"', "")
        .replace("seeds = 3", "seeds = 1")
    )
    fill_store(store.folder, text)
    (store.folder / PLANS / "tiny.json").unlink()
    with pytest.raises(OutputError, match="--study"):
        html_report(store.folder)


def test_several_plans_have_to_be_chosen_from(study):
    plan, store = study
    other = msgspec.structs.replace(plan, study=msgspec.structs.replace(plan.study, name="other"))
    write_plan(other, store.folder)
    with pytest.raises(OutputError, match="other, tiny"):
        html_report(store.folder)
    assert f"of {CELLS} runs finished {CELLS}" in summary(store, read_plan(store.folder, "other"))


def test_results_that_nobody_asked_for_are_left_out(study):
    plan, store = study
    asked = stored_plan(plan)
    half = msgspec.structs.replace(asked, cells=asked.cells[: CELLS // 2])
    assert f"also holds {CELLS // 2} results" in summary(store, half)


def test_failures_of_another_study_are_not_counted(study):
    plan, store = study
    store.write_failure("0" * 32, "Error: of some other study")
    assert read_study(store, stored_plan(plan)).failures == []
    assert "failed" not in summary(store)


def test_a_study_without_results_says_so(study):
    plan, store = study
    for key in plan.keys:
        store.remove(key)
    store.write_failure(plan.cells[0].key, "")
    said = words(html_report(store.folder))
    assert f"of {CELLS} runs finished 0" in said
    assert f"{CELLS - 1} runs of {CELLS} not finished" in said
    assert "no reason is noted" in said
    (store.folder / PLANS / "tiny.json").unlink()
    assert "no reason is noted" in words(html_report(store.folder))


def test_an_empty_folder_is_an_error(tmp_path):
    with pytest.raises(OutputError, match="neither"):
        html_report(tmp_path)
    Store(tmp_path).open()
    with pytest.raises(OutputError, match="holds no results"):
        html_report(tmp_path)
    with pytest.raises(OutputError, match="no such folder"):
        html_report(tmp_path / "nowhere")


@pytest.mark.parametrize("part", PARTS)
def test_a_damaged_part_is_named_and_the_others_are_reported(study, part):
    plan, store = study
    paths = [store.path(planned.key, part) for planned in plan.cells[5:7]]
    for path in paths:
        path.write_bytes(path.read_bytes()[:-9])
    with pytest.warns(DamagedResults, match=f"{re.escape(str(paths[0]))}.*, and 1 more"):
        said = summary(store)
    left_out = 0 if part == "timing" else 2
    assert f"runs finished {CELLS - left_out}" in said
    assert "2 stored cells are damaged" in said
    assert ("host seconds are unknown" if part == "timing" else "left out") in said
    assert "doesn't ask for" not in said


def test_a_damaged_plan_is_named(study):
    path = study[1].folder / PLANS / "tiny.json"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(OutputError, match=r"tiny\.json"):
        html_report(study[1].folder)


def test_accounts_of_time_are_shown_where_results_keep_them(whole):
    plan, folder = whole
    data = read_study(Store(folder), stored_plan(plan))
    earlier = data.rows.drop(columns=[*(f"{name}_seconds" for name in ACCOUNTS), "failed_trials"])
    derived = cluster_section(msgspec.structs.replace(data, rows=earlier))
    assert "idle" not in words(derived.body)
    assert busy_share(data, data.rows).between(0, 1).all()
    seconds = dict(zip(ACCOUNTS, (60.0, 20.0, 5.0, 10.0, 5.0), strict=True))
    kept = data.rows.assign(**{f"{name}_seconds": part for name, part in seconds.items()}, failed_trials=2)
    said = words(cluster_section(msgspec.structs.replace(data, rows=kept)).body)
    assert "60.0 % 20.0 % 5.0 % 10.0 % 5.0 % 2.00" in said
    some = kept.assign(idle_seconds=[np.nan, *kept["idle_seconds"][1:]])
    assert "idle" not in words(cluster_section(msgspec.structs.replace(data, rows=some)).body)


def test_runs_without_a_finite_value_are_counted(study):
    plan, store = study
    rows = store.cells(plan.keys)
    data = read_study(store, stored_plan(plan))
    blind = data.rows.assign(best_value=data.rows["best_value"].where(data.rows["seed"] != 0))
    section = summary_section(msgspec.structs.replace(data, rows=blind))
    assert f"{len(rows) // 3} runs never saw a finite value" in words(section.body)


def test_the_study_file_in_the_page_is_the_study(whole, whole_page, tmp_path):
    text = html.unescape(re.search(r"<pre>(name = .*?)</pre>", whole_page, re.DOTALL).group(1))
    (tmp_path / "again.toml").write_text(text)
    assert load_study(tmp_path / "again.toml") == whole[0].study


def test_a_cluster_has_a_column_of_its_own_where_there_are_several(tmp_path):
    text = TEXT.replace("seeds = 3", 'seeds = 1\nclusters = ["ideal", "flaky"]').replace("[1, 3]", "[3]")
    text = text.replace('["digits-mlp", "mine"]', '["digits-mlp"]')
    _, store = fill_store(tmp_path / "results", text)
    data = read_study(store, read_plan(store.folder, "tiny"))
    told = {fact.what: fact.value for fact in facts(data)}
    assert (told["methods"], told["clusters"]) == (str(len(data.labels) // 2), "2")
    page = " ".join(
        section(data).body
        for section in (summary_section, data_sets_section, decisions_section, cluster_section, runs_section)
    )
    assert page.count("cluster</") + page.count('"cluster"') >= 6
    for table in re.findall(r"<table.*?</table>", page, flags=re.DOTALL):
        first, *rows = re.findall(r"<tr\b.*?</tr>", table, flags=re.DOTALL)
        heads = [words(head) for head in re.findall(r"<th\b.*?</th>", first, flags=re.DOTALL)]
        if "method" in heads:
            assert heads[heads.index("method") + 1] == "cluster"
            assert {len(re.findall(r"<t[dh]\b", row)) for row in rows} <= {len(heads)}
