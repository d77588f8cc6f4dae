"""Results edited by hand or by somebody hostile, checksums made right again: one line each, no traceback."""

import json
import re
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simdyhpo import load_blackbox, simulate
from simdyhpo.cli.main import main
from simdyhpo.reproduction import reproduce
from simdyhpo.studies.checksums import SUMS, sums_of
from simdyhpo.traces.write import write_run

pytestmark = pytest.mark.once

STUDY = """name = "s"
blackboxes = ["digits-mlp"]
seeds = 2
budget = { max_epochs = 20 }
[[variants]]
scheduler = "asha"
[[variants]]
label = "other"
scheduler = "random"
"""
LCBENCH = """name = "lcbench"
blackboxes = ["digits-mlp"]
seeds = 1
budget = { max_epochs = 20 }
[[variants]]
scheduler = "dyhpo"
options = { searcher = "random" }
grid = { probability_sh = [0, 0.25] }
[[variants]]
scheduler = "asha"
[[variants]]
scheduler = "asha-stopping"
[[variants]]
scheduler = "random"
"""
FIGURES = ("lcbench-floor", "lcbench-curves")
"""They read most of a cell."""
SWEEP = (
    "sweep reduction_factor --values 2,3 --blackbox digits-mlp --scheduler asha --rival random --seeds 1 "
    "--max-epochs 20 --jobs 1"
)
WEIRD = r"$x_{$ \\frac{ & <b> % {} ~ \u202e"


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A study's results, and a run."""
    folder = tmp_path_factory.mktemp("kept")
    (folder / "s.toml").write_text(STUDY)
    assert main(["study", "run", str(folder / "s.toml"), "--out", str(folder / "r"), "--jobs", "1"]) == 0
    write_run(simulate(load_blackbox("digits-mlp"), "asha", workers=2, max_epochs=12), folder / "run")
    assert main(f"{SWEEP} --out {folder}/sweep".split()) == 0
    return folder


def box(**entries):
    def change(manifest):
        manifest["spec"]["blackbox"].update(entries)

    return change


def without(*path):
    def change(manifest):
        *parents, last = path
        for name in parents:
            manifest = manifest[name]
        del manifest[last]

    return change


def spec(**entries):
    return lambda manifest: manifest["spec"].update(entries)


def top(**entries):
    return lambda manifest: manifest.update(entries)


MANIFESTS = {
    "no mode": without("spec", "blackbox", "mode"),
    "another mode": box(mode="maximum"),
    "no best": without("spec", "blackbox", "best"),
    "no worst": without("spec", "blackbox", "worst"),
    "best is text": box(best="high"),
    "best is null": box(best=None),
    "best is worst": box(best=0.5, worst=0.5),
    "no name": without("spec", "blackbox", "name"),
    "a weird name": box(name=WEIRD, metric=WEIRD, resource=WEIRD),
    "no checksums": without("checksums"),
    "empty checksums": top(checksums={}),
    "options are a list": spec(options=[1]),
    "options are text": spec(options="none"),
    "a weird option": spec(options={WEIRD: WEIRD}),
    "no workers": spec(workers=0),
    "too many workers": spec(workers=10**12),
    "a negative seed": spec(seed=-1),
    "time before the beginning": top(end_ns=-5),
    "a weird scheduler": spec(scheduler=WEIRD),
    "another format": top(format=99),
    "a summary in words": top(schedule={"started": "many"}),
    "no object": None,
}


def changed(manifest, change):
    if change is None:
        return [1]
    change(manifest)
    return manifest


OF_A_CELL = (
    "report {out}/r --out {out}/page.html",
    "study report {file} --out {out}/r",
    "study status {file} --out {out}/r --verify",
    "study check {file} --out {out}/r --no-estimate",
    "compare {out}/r {kept}/r",
    "trace show {cell}",
    "trace explain {cell} --decision 1",
    "trace diff {cell} {kept}/run",
    "trace export {cell} --perfetto {out}/p.json",
    "trace replay {cell} --verify",
)
OF_A_RUN = (
    "report {out}/run --out {out}/page.html",
    "trace show {out}/run",
    "trace explain {out}/run --decision 1",
    "trace diff {out}/run {kept}/run",
    "trace export {out}/run --perfetto {out}/p.json",
    "trace replay {out}/run --verify",
)


@pytest.fixture
def one_line_each(kept, tmp_path, capfd):
    def carry_out(commands, cell=""):
        places = {"out": tmp_path, "kept": kept, "file": kept / "s.toml", "cell": cell}
        for command in commands:
            for left in ("page.html", "p.json"):
                (tmp_path / left).unlink(missing_ok=True)
            status = main([word.format(**places) for word in command.split()])
            said = capfd.readouterr()
            assert status in (0, 1, 2), command
            lines = [line for line in said.err.splitlines() if re.match("error|warning", line)]
            assert sum(line.startswith("error") for line in lines) == (status == 2), (command, said.err)
            assert "Traceback" not in said.err + said.out

    return carry_out


def rewrite(place, row, schema):
    """A cell's row, and the checksums with it."""
    table = pa.Table.from_pylist([row], schema=schema)
    pq.write_table(table, place / "cell.parquet", store_schema=False)
    names = [path.name for path in place.iterdir() if path.name != SUMS]
    (place / SUMS).write_bytes(sums_of({name: (place / name).read_bytes() for name in names}))


def alter_cell(store, change):
    """One cell's manifest and what its row says twice, under right checksums."""
    place = min((store / "cells").iterdir())
    table = pq.read_table(place / "cell.parquet")
    row = table.to_pylist()[0]
    manifest = changed(json.loads(row["manifest"]), change)
    row["manifest"] = json.dumps(manifest)
    if isinstance(manifest, dict):
        told = manifest["spec"]
        row |= {name: told["blackbox"].get(key, "") for name, key in (("blackbox", "name"),)}
        options = json.dumps(told["options"], separators=(",", ":"), ensure_ascii=False)
        row |= {"options": options, "workers": told["workers"], "seed": told["seed"]}
        row |= {"scheduler": told["scheduler"], "end_ns": manifest["end_ns"]}
    pq.write_table(
        pa.Table.from_pylist([row], schema=table.schema), place / "cell.parquet", store_schema=False
    )
    names = [path.name for path in place.iterdir() if path.name != SUMS]
    (place / SUMS).write_bytes(sums_of({name: (place / name).read_bytes() for name in names}))
    return place


@pytest.mark.parametrize("name", MANIFESTS)
def test_cells(kept, tmp_path, one_line_each, name):
    shutil.copytree(kept / "r", tmp_path / "r")
    cell = alter_cell(tmp_path / "r", MANIFESTS[name])
    one_line_each(OF_A_CELL, cell)


@pytest.mark.parametrize("name", [*MANIFESTS][::4])  # it reads cells as the commands of `test_cells` do
def test_a_sweep_that_goes_on(kept, tmp_path, one_line_each, name):
    shutil.copytree(kept / "sweep" / "results", tmp_path / "sweep" / "results")
    alter_cell(tmp_path / "sweep" / "results", MANIFESTS[name])
    one_line_each([SWEEP + " --out {out}/sweep"])


@pytest.fixture
def lcbench(kept, monkeypatch):
    """A tiny study under the name of a shipped one."""
    file = kept / "lcbench.toml"
    if not file.exists():
        file.write_text(LCBENCH)
        where = ["--out", str(kept / "lcbench"), "--jobs", "1"]
        assert main(["study", "run", str(file), *where]) == 0
    monkeypatch.setattr(reproduce, "find_study", lambda name: kept / f"{name}.toml")
    return kept / "lcbench"


@pytest.mark.parametrize("name", MANIFESTS)
def test_figures_of_the_paper(lcbench, tmp_path, one_line_each, name):
    shutil.copytree(lcbench, tmp_path / "lcbench")
    alter_cell(tmp_path / "lcbench", MANIFESTS[name])
    words = "--full --no-run --cells {out} --formats svg --out {out}/figures"
    one_line_each([f"reproduce {figure} {words}" for figure in (["lcbench"] if "weird" in name else FIGURES)])


@pytest.mark.parametrize("name", MANIFESTS)
def test_runs(kept, tmp_path, one_line_each, name):
    shutil.copytree(kept / "run", tmp_path / "run")
    path = tmp_path / "run" / "manifest.json"
    path.write_text(json.dumps(changed(json.loads(path.read_text()), MANIFESTS[name])))
    one_line_each(OF_A_RUN)


PLANS = {
    "weird labels": lambda plan: [cell.__setitem__(2, f"{WEIRD}{cell[2]}") for cell in plan["cells"]],
    "weird names": lambda plan: [cell.__setitem__(1, WEIRD) for cell in plan["cells"]],
    "a cell twice": lambda plan: plan["cells"].append(plan["cells"][0]),
    "a number of workers in words": lambda plan: plan["cells"][0].__setitem__(3, "two"),
    "no cells": lambda plan: plan.update(cells=[]),
    "unknown keys": lambda plan: [cell.__setitem__(0, "../../x") for cell in plan["cells"]],
    "options are a list": lambda plan: plan["study"]["variants"][0].update(options=[1]),
    "no study": lambda plan: plan.pop("study"),
}


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("summed", [True, False])
def test_plans(kept, tmp_path, one_line_each, name, summed):
    """With a checksum that is wrong now, or without one, as 0.1.0 wrote them."""
    shutil.copytree(kept / "r", tmp_path / "r")
    path = tmp_path / "r" / "plans" / "s.json"
    plan = json.loads(path.read_text())
    PLANS[name](plan)
    if not summed:
        del plan["format"], plan["sha256"]
    path.write_text(json.dumps(plan))
    one_line_each(
        [OF_A_CELL[0], "study clean {file} --out {out}/r --stale --yes"] if not summed else OF_A_CELL[:1]
    )


def test_a_run_of_two_versions_in_one_folder(kept, tmp_path, one_line_each):
    shutil.copytree(kept / "r", tmp_path / "r")
    place = alter_cell(tmp_path / "r", top())
    twin = shutil.copytree(place, place.with_name("f" * 32))
    table = pq.read_table(twin / "cell.parquet")
    row = table.to_pylist()[0] | {"cell": twin.name, "behaviour": 99}
    pq.write_table(
        pa.Table.from_pylist([row], schema=table.schema), twin / "cell.parquet", store_schema=False
    )
    names = [path.name for path in twin.iterdir() if path.name != SUMS]
    (twin / SUMS).write_bytes(sums_of({name: (twin / name).read_bytes() for name in names}))
    one_line_each(["compare {out}/r {kept}/r", "compare {kept}/r {out}/r"])
