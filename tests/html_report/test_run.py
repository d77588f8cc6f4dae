"""What the report of a single run says, and that its command makes that run."""

import html
import json
import re
import shlex

import pytest

from simdyhpo.cli.main import main
from simdyhpo.errors import OutputError
from simdyhpo.html_report.report import html_report
from simdyhpo.html_report.run import decisions
from simdyhpo.studies.store import Store
from simdyhpo.traces.explain import reasons
from simdyhpo.traces.read import read_run


def listed(page):
    """The data of the table of decisions."""
    found = re.search(r'id="rows-of-decisions">(.*?)</script>', page, re.DOTALL)
    return json.loads(found.group(1))


def test_every_decision_is_listed_with_its_reasons(run_folder):
    run = read_run(run_folder)
    data = listed(html_report(run_folder))
    records = list(run.records())
    assert [(row[0], row[1], row[2]) for row in data["rows"]] == [
        (record.index, record.decision.name, record.trial) for record in records
    ]
    assert data["notes"] == [" ".join(reasons(record, run.manifest.spec)) for record in records]
    assert any("successive-halving rule" in note for note in data["notes"])


def test_what_is_left_out_is_counted(run_folder, monkeypatch):
    monkeypatch.setattr(decisions, "LISTED", 10)
    page = html_report(run_folder)
    left_out = read_run(run_folder).manifest.counts.decisions - 10
    assert len(listed(page)["rows"]) == len(listed(page)["notes"]) == 10
    assert f"The first 10 decisions; {left_out} later ones are left out." in page


def test_its_command_makes_the_run_again(run_folder, tmp_path, monkeypatch):
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, "1")
    found = re.search(r"<pre>(simdyhpo run .*?)</pre>", html_report(run_folder), re.DOTALL)
    program, *words = shlex.split(html.unescape(found.group(1)).replace("\\\n", ""))
    assert program == "simdyhpo"
    assert main([str(tmp_path / "again") if word == "RUN" else word for word in words]) == 0
    for name in ("decisions.csv", "reports.csv", "manifest.json"):
        assert (tmp_path / "again" / name).read_bytes() == (run_folder / name).read_bytes()


def test_a_cell_is_reported_like_a_run(whole):
    plan, folder = whole
    page = html_report(Store(folder).path(plan.cells[0].key))
    assert "<title>asha on digits-mlp</title>" in page
    assert len(listed(page)["rows"]) > 10


@pytest.mark.parametrize("name", ["decisions.csv", "reports.csv", "manifest.json", "timing.json"])
def test_a_damaged_file_is_named(run_folder, tmp_path, name):
    for path in run_folder.iterdir():
        content = path.read_bytes()
        (tmp_path / path.name).write_bytes(content[:-5] if path.name == name else content)
    with pytest.raises(OutputError, match=re.escape(name)):
        html_report(tmp_path)
