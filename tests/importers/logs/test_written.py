"""Lightning's and Keras' CSV files, as the packages wrote them: see make.py."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

WRITTEN = Path(__file__).parent / "written"
LIGHTNING, KERAS = WRITTEN / "lightning_logs", WRITTEN / "keras"
NAN = np.nan


def test_lightning(read):
    found = read("lightning", LIGHTNING, "--metric", "val_loss")
    expected = [[0.1 * 3, 0.1 * 2, 0.1], [0.01 * 3, 0.01 * 2, 0.01], [0.1 * 3, 0.1 * 2, NAN]]
    np.testing.assert_array_equal(found.table.values, expected)
    assert [(row["lr"], row["layers"]) for row in found.rows] == [
        (0.1, "[32, 16]"), (0.01, "[32, 16]"), (0.1, "[64, 16]")
    ]  # fmt: skip
    assert found.table.info.resource == "epoch"
    assert found.table.labels.tolist() == [0, 1, 2]
    assert found.table.elapsed_ns[0].tolist() == [10**9, 2 * 10**9, 3 * 10**9]
    for part in (
        "val_loss at 3 epochs, 0 to 2; no seconds", "other metrics: train_loss, val_acc",
        "optimizer.name=adam", 'path=["x"]', "a unit of epoch costs 1 s, and epoch 0 costs one, too",
        "1 of 3 curves end before epoch 2, digits/version_2 first at 1",
    ):  # fmt: skip
        assert part in found.out


def test_lightning_by_steps(read):
    found = read("lightning", LIGHTNING, "--metric", "train_loss")
    assert found.table.info.resource == "step"
    np.testing.assert_array_equal(found.table.values[0], [1 / (step + 1) for step in range(6)])


def test_lightning_mistakes(refused, tmp_path):
    shutil.copytree(LIGHTNING, tmp_path / "logs")
    for file in (tmp_path / "logs").rglob("hparams.yaml"):
        file.write_text("{}\n")
    assert "no run has hyperparameters; call self.save_hyperparameters()" in refused(
        "lightning", tmp_path / "logs", "--metric", "val_loss"
    )
    file.write_text("lr: [1, 2\n")
    assert "hparams.yaml: can't be read" in refused("lightning", tmp_path / "logs", "--metric", "val_loss")
    file.write_text("- 1\n")
    assert "hparams.yaml: holds no settings by name" in refused("lightning", tmp_path / "logs")
    assert "holds no metrics.csv" in refused("lightning", KERAS)
    assert (
        "3 metrics were logged: train_loss (6 reports), val_acc (3 reports), val_loss (3 reports)"
        in refused("lightning", LIGHTNING)
    )


def test_keras(read):
    found = read("keras", KERAS, "--metric", "val_loss")
    for row, values in zip(found.rows, found.table.values, strict=True):
        with (KERAS / f"lr={row['lr']},units={row['units']}.csv").open() as file:
            written = [float(line["val_loss"]) for line in csv.DictReader(file)]
        assert values.tolist() == written
    assert len(found.table) == 3
    assert "val_loss at 3 epochs, 0 to 2; no seconds" in found.out


def test_keras_with_files_beside(read, refused, tmp_path):
    for number, file in enumerate(sorted(KERAS.glob("*.csv"))):
        shutil.copy(file, tmp_path / f"run{number}.csv")
    assert "no run has hyperparameters; Keras logs none" in refused("keras", tmp_path, "--metric", "loss")
    (tmp_path / "run0.json").write_text('{"lr": 0.1, "net": {"units": 8}}')
    (tmp_path / "run1.toml").write_text("lr = 0.2\n[net]\nunits = 16\n")
    found = read("keras", tmp_path, "--metric", "loss")
    assert found.rows == [{"lr": 0.1, "net.units": 8}, {"lr": 0.2, "net.units": 16}]
    assert "1 run with no hyperparameters (run2)" in found.out
    (tmp_path / "run2.csv").write_text("loss\n1\n")
    assert "run2.csv: has no column 'epoch'" in refused("keras", tmp_path, "--metric", "loss")


@pytest.mark.parametrize("source", ["lightning", "keras", "csv-folder", "tensorboard", "wandb", "mlflow"])
def test_an_empty_folder(refused, tmp_path, source):
    (tmp_path / "empty").mkdir()
    if source == "tensorboard":
        pytest.importorskip("tensorboard")
    assert "empty: holds no" in (said := refused(source, tmp_path / "empty")) or "neither" in said
    assert "no such" in refused(source, tmp_path / "nowhere")
