"""W&B: offline runs as the package writes them, without a network, and exports as its pages write them."""

import math

import numpy as np
import pytest

RUNS = {"first": (0.1, "adam"), "second": (0.01, "sgd")}


@pytest.fixture(scope="module")
def offline(tmp_path_factory):
    wandb = pytest.importorskip("wandb", reason="wandb is not installed")
    folder = tmp_path_factory.mktemp("wandb")
    settings = wandb.Settings(
        mode="offline", console="off", silent=True, x_disable_stats=True, x_disable_meta=True, save_code=False
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WANDB_DIR", str(folder))
        patch.setenv("HOME", str(folder))
        for name, (rate, optimizer) in RUNS.items():
            config = {"lr": rate, "opt": {"name": optimizer, "betas": [0.9, 0.99]}}
            run = wandb.init(project="mine", name=name, dir=str(folder), config=config, settings=settings)
            for epoch in range(1, 4):
                loss = math.nan if (name, epoch) == ("second", 2) else rate * (4 - epoch)
                run.log({"epoch": epoch, "val_loss": loss, "train": {"loss": 1.0}, "words": "none"})
            run.finish()
        wandb.teardown()
    return folder


@pytest.mark.once
@pytest.mark.filterwarnings("ignore")
def test_every_cell(read, refused, offline, tmp_path):
    found = read("wandb", offline, "--metric", "val_loss")
    rows = {row["lr"]: i for i, row in enumerate(found.rows)}
    order = [rows[0.1], rows[0.01]]
    values = [[0.1 * 3, 0.1 * 2, 0.1], [0.01 * 3, math.nan, 0.01]]
    np.testing.assert_array_equal(found.table.values[order], values)
    assert found.rows[rows[0.01]] == {"lr": 0.01, "opt.name": "sgd"}
    assert (np.diff(found.table.elapsed_ns, axis=1) >= 0).all()
    for part in ("2 runs; 2 hyperparameters: lr, opt.name", "opt.betas=[0.9, 0.99]", "metrics: train.loss"):
        assert part in found.out
    by_epoch = read("wandb", offline / "wandb", "--metric", "val_loss", "--resource", "epoch").table
    assert by_epoch.labels.tolist() == [1, 2, 3]
    assert "2 metrics were logged: train.loss (3 reports), val_loss (3 reports)" in refused("wandb", offline)
    file = min(offline.rglob("*.wandb"))
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "run-x.wandb").write_bytes(file.read_bytes()[:-40])
    cut = refused("wandb", tmp_path / "one", "--metric", "val_loss", "--config", "nothing")
    assert "unknown hyperparameter 'nothing'" in cut
    (tmp_path / "one" / "run-x.wandb").write_bytes(b"hello")
    assert "is no file of an offline run" in refused("wandb", tmp_path / "one")


def test_without_the_package(refused, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "wandb.proto.wandb_internal_pb2", None)
    (tmp_path / "run-x.wandb").write_bytes(b":W&B")
    said = refused("wandb", tmp_path)
    assert "needs the package 'wandb'" in said
    assert "export" in said
    assert "pip install 'simdyhpo[wandb]'" in said


CHART = """"Step","first - val_loss","first - val_loss__MIN","second - val_loss","second - _step"
"0","0.9","0.9","0.8","0"
"1","0.5","0.5","NaN","1"
"2","0.4","0.4","",""
"""
RUNS_TABLE = """"Name","State","Created","Runtime","lr","opt","val_loss"
"first","finished","2026-01-01","60","0.1","adam","0.4"
"second","crashed","2026-01-01","50","0.01","sgd","NaN"
"third","finished","2026-01-01","50","0.02","sgd","0.3"
"""


def test_exports(read, refused, tmp_path):
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "wandb_export_1.csv").write_text(CHART)
    assert "no run has hyperparameters; export the table of runs" in refused("wandb", folder)
    (folder / "runs.csv").write_text(RUNS_TABLE)
    (folder / "other.csv").write_text("a,b\n1,2\n")
    found = read("wandb", folder)
    np.testing.assert_array_equal(found.table.values, [[0.9, 0.5, 0.4], [0.8, np.nan, np.nan]])
    assert found.table.lengths.tolist() == [3, 2]
    assert found.rows == [{"lr": 0.1, "opt": "adam"}, {"lr": 0.01, "opt": "sgd"}]
    assert "1 file of another kind (other.csv)" in found.out
    assert "1 run that no chart has (third)" in found.out
    (folder / "wandb_export_1.csv").write_text(CHART.replace('"0.5"', '"low"', 1))
    assert "row 2: 'first - val_loss' is no number: 'low'" in refused("wandb", folder)
    (folder / "wandb_export_1.csv").unlink()
    assert "holds no CSV export of a chart" in refused("wandb", folder)
    (tmp_path / "empty").mkdir()
    assert "neither offline runs (run-*.wandb) nor CSV exports" in refused("wandb", tmp_path / "empty")
