"""A small study with its results, as `simdyhpo study run` leaves them, and what a browser makes of a page."""

import shutil

import msgspec
import pytest

from simdyhpo.html_report.report import html_report, write_report
from simdyhpo.runs.front_door import simulate
from simdyhpo.studies.files import load_study
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_plan import write_plan
from simdyhpo.traces.write import write_run
from tests.making import falling

TEXT = """
name = "tiny"
question = "Which <b>one</b> & why? </script><script>alert(1)</script>"
blackboxes = ["digits-mlp", "mine"]
seeds = 3
workers = [1, 3]
budget = { max_epochs = 60 }

[[variants]]
label = "halving, asynchronous"
scheduler = "asha"

[[variants]]
scheduler = "sh"

[[variants]]
scheduler = "random"
"""
CELLS = 2 * 3 * 2 * 3
FAILURE = 'Traceback:\n  File "x.py"\nValueError: <img src=x onerror=alert(1)> is no number\n'


def fill_store(folder, text=TEXT, tables=None):
    """Every cell of a study, and its plan."""
    file = folder.parent / f"{folder.name}.toml"
    file.write_text(text)
    plan, store = make_plan(load_study(file), tables), Store(folder)
    store.open()
    write_plan(plan, folder)
    for planned in plan.cells:
        cell = planned.cell
        result = simulate(
            plan.tables[cell.blackbox],
            cell.variant.scheduler,
            workers=cell.workers,
            seed=cell.seed,
            **msgspec.structs.asdict(cell.budget),
            options=cell.variant.options,
            cluster=cell.cluster.cluster,
        )
        store.write(planned.key, result)
    return plan, store


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """The plan of a study, and the folder where all of its cells are finished. Not to be changed."""
    folder = tmp_path_factory.mktemp("study")
    falling(40, 9).save(folder / "tables" / "mine.npz")
    plan, store = fill_store(folder / "results", tables=folder / "tables")
    return plan, store.folder


@pytest.fixture
def study(whole, tmp_path):
    """A copy of it that a test may damage: plan and store."""
    plan, folder = whole
    shutil.copytree(folder, tmp_path / "results")
    return plan, Store(tmp_path / "results")


@pytest.fixture(scope="session")
def whole_page(whole):
    """The report of the whole study, as text."""
    return html_report(whole[1])


@pytest.fixture(scope="session")
def study_page(whole, tmp_path_factory):
    """The report of the study with two cells missing and one failed."""
    plan, folder = whole
    copy = tmp_path_factory.mktemp("page") / "results"
    shutil.copytree(folder, copy)
    store = Store(copy)
    for planned in plan.cells[:3]:
        store.remove(planned.key)
    store.write_failure(plan.cells[0].key, FAILURE)
    path = copy / "report.html"
    write_report(html_report(copy), path)
    return path


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory):
    """A run of DyHPO with more decisions than a table shows at once."""
    from simdyhpo.tables.blackboxes import load_blackbox

    folder = tmp_path_factory.mktemp("run") / "run"
    options = {"searcher": "random", "probability_sh": 0.5}
    table = load_blackbox("digits-mlp")
    write_run(simulate(table, "dyhpo", workers=2, max_epochs=90, options=options), folder)
    return folder


@pytest.fixture(scope="session")
def run_page(run_folder, tmp_path_factory):
    """The report of that run."""
    path = tmp_path_factory.mktemp("page") / "run.html"
    write_report(html_report(run_folder), path)
    return path
