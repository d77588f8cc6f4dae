"""Both of MLflow's stores, as MLflow itself writes them."""

import math
import shutil

import numpy as np
import pytest

pytestmark = pytest.mark.once

START = 1_700_000_000_000
RUNS = {"a": (0.1, "adam", 3), "b": (0.01, "sgd", 3), "c": (0.1, "sgd", 2)}


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """A folder with `mlruns`, and one with `mlflow.db`, with the same in them."""
    pytest.importorskip("mlflow", reason="mlflow-skinny is not installed")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MLFLOW_ALLOW_FILE_STORE", "MLFLOW_DISABLE_TELEMETRY", "DO_NOT_TRACK"):
            patch.setenv(name, "true")
        folder = tmp_path_factory.mktemp("mlflow")
        for place in ("files", "database"):
            (folder / place).mkdir()
        log_all(f"file:{folder}/files/mlruns")
        log_all(f"sqlite:///{folder}/database/mlflow.db")
    return folder


def log_all(address):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlflow import MlflowClient

        client = MlflowClient(tracking_uri=address)
        experiment = client.create_experiment("digits", artifact_location="file:/nowhere")
        for name, (rate, optimizer, steps) in RUNS.items():
            run = client.create_run(experiment, run_name=name, start_time=START).info.run_id
            for key, value in {"lr": rate, "opt": optimizer, "batch": 32, "drop": None}.items():
                client.log_param(run, key, value)
            for step in range(steps):
                value = math.nan if (name, step) == ("b", 2) else rate * (3 - step)
                client.log_metric(run, "val/loss", value, step=step, timestamp=START + 1000 + 1500 * step)
                client.log_metric(run, "acc", math.inf if name == "a" else step / 10, timestamp=START + step)
            if name != "c":
                client.set_terminated(run)
        gone = client.create_run(experiment, run_name="gone").info.run_id
        client.log_metric(gone, "val/loss", 1.0)
        client.delete_run(gone)
        client.create_run(experiment, run_name="empty")


@pytest.mark.parametrize("place", ["files", "database", "files/mlruns", "database/mlflow.db"])
def test_every_cell(read, stores, place):
    found = read("mlflow", stores / place, "--metric", "val/loss")
    by_name = {(row["lr"], row["opt"]): i for i, row in enumerate(found.rows)}
    order = [by_name[0.1, "adam"], by_name[0.01, "sgd"], by_name[0.1, "sgd"]]
    values = [[0.1 * 3, 0.1 * 2, 0.1], [0.01 * 3, 0.01 * 2, math.nan], [0.1 * 3, 0.1 * 2, math.nan]]
    np.testing.assert_array_equal(found.table.values[order], values)
    assert found.table.lengths[order].tolist() == [3, 3, 2]
    assert found.table.elapsed_ns[order[0]].tolist() == [10**9, 25 * 10**8, 4 * 10**9]
    assert found.table.labels.tolist() == [0, 1, 2]
    assert (found.table.info.metric, found.table.mode) == ("val/loss", "min")
    for part in (
        "3 runs; 2 hyperparameters: ", "val/loss at 3 steps, 0 to 2; with seconds",
        "left out: 1 run deleted (gone)", "1 run without metrics (empty)", "batch=32", "other metrics: acc",
        "1 run marked as running (c)", "1 of 3 curves end before step 2, c first at 1",
    ):  # fmt: skip
        assert part in found.out
    assert found.manifest["settings"] == {"from": "mlflow", "metric": "val/loss"}
    assert "1 run deleted" in found.manifest["notes"]


def test_reports_without_steps_are_counted_when_asked(read, refused, stores):
    for place in ("files", "database"):
        said = refused("mlflow", stores / place, "--metric", "acc", "--mode", "max")
        assert "reports of acc lie at step 0" in said
        assert "--resource count" in said
        found = read("mlflow", stores / place, "--metric", "acc", "--mode", "max", "--resource", "count")
        rows = {(row["lr"], row["opt"]): i for i, row in enumerate(found.rows)}
        assert found.table.values[rows[0.1, "adam"]].tolist() == [math.inf] * 3
        assert found.table.values[rows[0.01, "sgd"]].tolist() == [0.0, 0.1, 0.2]
        assert found.table.labels.tolist() == [1, 2, 3]


def test_mistakes(refused, stores, tmp_path):
    assert "2 metrics were logged: " in (said := refused("mlflow", stores / "files"))
    assert "val/loss (3 reports)" in said
    assert "name one with --metric" in said
    assert "unknown metric 'val_loss': did you mean 'val/loss'?" in refused(
        "mlflow", stores / "database", "--metric", "val_loss"
    )
    assert "is a good 'acc' low or high?" in refused(
        "mlflow", stores / "files", "--metric", "acc", "--resource", "count"
    )
    whole = (stores / "database" / "mlflow.db").read_bytes()
    (tmp_path / "cut.db").write_bytes(whole[: len(whole) // 3])
    assert "cut.db: is no whole SQLite file" in refused("mlflow", tmp_path / "cut.db", "--metric", "val/loss")
    assert "no Optuna storage" in refused("optuna", stores / "database" / "mlflow.db")
    assert (stores / "database" / "mlflow.db").stat().st_size == len(whole)
    shutil.copytree(stores / "files", tmp_path / "copy")
    metric = next((tmp_path / "copy").rglob("metrics/val/loss"))
    metric.write_text(metric.read_text()[:-5] + "x y")
    assert "is no report (time, value, step)" in refused("mlflow", tmp_path / "copy", "--metric", "val/loss")
