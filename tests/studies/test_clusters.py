"""Clusters as an axis of a study: cells, keys, columns, report."""

import json

import msgspec
import pandas as pd
import pyarrow.parquet as pq
import pytest

from simdyhpo.analysis.comparison import matched
from simdyhpo.errors import SimdyhpoError
from simdyhpo.runs import spec
from simdyhpo.simulation.named_clusters import PRESETS
from simdyhpo.studies.conductor import run_study
from simdyhpo.studies.files import find_study, load_study
from simdyhpo.studies.parquet import LATER
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.pool import Pool
from simdyhpo.studies.report import report
from simdyhpo.studies.results import collect
from simdyhpo.studies.store import Store

TEXT = """
name = "two"
blackboxes = ["digits-mlp"]
seeds = 2
workers = [3]
budget = { max_seconds = 5 }
clusters = ["ideal", { name = "bad", preset = "mixed-gpus", crashes_per_hour = 3600, repair_seconds = 0.2 }]

[[variants]]
scheduler = "asha"

[[variants]]
scheduler = "hyperband"
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clusters")
    (folder / "two.toml").write_text(TEXT)
    plan = make_plan(load_study(folder / "two.toml"))
    store = Store(folder / "results")
    summary = run_study(plan, store, Pool("loky", 1, None))
    assert not summary.failures
    return plan, store


def test_cells_without_a_cluster_keep_their_keys(monkeypatch):
    """Keys change with the behaviour, the tables, and what settings a scheduler has, alone."""
    monkeypatch.setattr(spec, "BEHAVIOUR", 2)
    found = make_plan(load_study(find_study("probability_sh"))).keys
    assert found[0] == "69db56f479e9147732912a13c4a8853c"
    assert found[-1] == "ff9dc64411a7f76e0c4bc13a236007b0"


def test_every_variant_runs_on_every_cluster(done):
    plan, store = done
    rows = collect(plan, store)
    assert len(rows) == 8
    assert rows.groupby("cluster").size().to_dict() == {"ideal": 4, "bad": 4}
    ideal, bad = (rows[rows["cluster"] == name] for name in ("ideal", "bad"))
    assert (ideal[["lost_seconds", "overhead_seconds", "absent_seconds", "RETRY"]] == 0).all(axis=None)
    assert (bad["absent_seconds"] > 0).all()
    assert (bad["RETRY"] > 0).all()
    accounts = ["busy_seconds", "idle_seconds", "lost_seconds", "overhead_seconds", "absent_seconds"]
    assert rows[accounts].sum(axis=1).tolist() == pytest.approx((3 * rows["end_ns"] / 1e9).tolist())
    assert rows["utilisation"].between(0, 1).all()
    assert rows["failed_trials"].ge(0).all()


def test_the_report_has_a_section_for_each(done):
    plan, store = done
    text = report(plan.study, collect(plan, store), "asha")
    for cluster in ("ideal", "bad"):
        assert f"## Final normalised regret, 3 workers, {cluster}" in text
    assert "## Where the workers' time went, 3 workers, bad" in text
    assert "## Where the workers' time went, 3 workers, ideal" not in text


def test_stored_cells_of_earlier_versions_are_read(done, tmp_path):
    plan, store = done
    old = Store(tmp_path / "old")
    old.open()
    keys = [planned.key for planned in plan.cells if planned.cell.cluster.name == "ideal"]
    for key in keys:
        table = pq.read_table(store.path(key)).drop_columns(list(LATER))
        pq.write_table(
            table, old.folder / "cells" / f"{key}.parquet", use_dictionary=False, store_schema=False
        )
    before, now = old.cells(keys), store.cells(keys)
    assert (before["cluster"] == "ideal").all()
    assert before["utilisation"].isna().all()
    pd.testing.assert_frame_equal(before.drop(columns=list(LATER)), now.drop(columns=list(LATER)))
    assert matched(before, now)["same"].all()


def test_the_spec_of_a_cell_has_its_cluster(done):
    plan, store = done
    for planned in plan.cells:
        row = store.cells([planned.key]).iloc[0]
        told = json.loads(row["manifest"])["spec"].get("cluster")
        if planned.cell.cluster.name == "ideal":
            assert told is None
        else:
            assert told == json.loads(msgspec.json.encode(planned.cell.cluster.cluster))
            assert json.loads(row["cluster"]) == told


def test_one_cluster_for_all(tmp_path):
    file = tmp_path / "one.toml"
    start, _, rest = TEXT.partition("clusters = ")
    variants = rest.partition("\n")[2]
    file.write_text(f'{start}{variants}\n[cluster]\npreset = "flaky"\n')
    (only,) = load_study(file).clusters
    assert (only.name, only.cluster) == ("flaky", PRESETS["flaky"])


@pytest.mark.parametrize(
    ("clusters", "says"),
    [
        ('["ideal", "ideal"]', "cluster 'ideal' comes twice"),
        ('["ideel"]', "cluster number 1: unknown cluster 'ideel': did you mean 'ideal'"),
        ('["ideal", { crash_per_hour = 1 }]', "cluster number 2: .*crashes_per_hour"),
        ("[{ jitter = -1 }]", "cluster number 1: option 'jitter' can't be -1"),
        ("[3]", "name of a preset"),
        ("[]", "clusters"),
        ('["ideal"]\ncluster = {}', "keep one"),
    ],
)
def test_mistakes(tmp_path, clusters, says):
    file = tmp_path / "bad.toml"
    start, _, rest = TEXT.partition("clusters = ")
    file.write_text(f"{start}clusters = {clusters}\n{rest.partition(chr(10))[2]}")
    with pytest.raises(SimdyhpoError, match=says):
        load_study(file)
