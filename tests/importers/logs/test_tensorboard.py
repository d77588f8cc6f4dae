"""TensorBoard's event files, as PyTorch's writer and TensorBoard's own plugin write them."""

import numpy as np
import pytest

pytest.importorskip("tensorboard", reason="tensorboard is not installed")
pytestmark = pytest.mark.once

START = 1_700_000_000.0
RUNS = {"a": (0.1, "adam"), "b": (0.01, "sgd"), "c": (0.1, "sgd")}


def writer(folder):
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(folder))


def scalars(log, rate, steps=3, tag="val/loss"):
    for step in range(steps):
        log.add_scalar(tag, rate * (3 - step), step * 10, walltime=START + 1 + 2 * step)
        log.add_scalar("epoch", step + 1, step * 10, walltime=START + 1 + 2 * step)


@pytest.fixture
def folder(tmp_path):
    for name, (rate, optimizer) in RUNS.items():
        log = writer(tmp_path / "logs" / name)
        log.add_scalar("train", 0.0, 0, walltime=START)
        scalars(log, rate, 2 if name == "c" else 3)
        log.add_hparams({"lr": rate, "opt": optimizer, "bias": True}, {"hparam/best": rate})
        log.close()
    return tmp_path / "logs"


def float32(*rows):
    return np.array(rows, dtype=np.float32).astype(np.float64)


def test_every_cell(read, folder):
    found = read("tensorboard", folder, "--metric", "val/loss")
    expected = float32([0.1 * 3, 0.1 * 2, 0.1], [0.01 * 3, 0.01 * 2, 0.01], [0.1 * 3, 0.1 * 2, np.nan])
    np.testing.assert_array_equal(found.table.values, expected)
    assert found.table.elapsed_ns[0].tolist() == [10**9, 3 * 10**9, 5 * 10**9]
    assert found.rows == [
        {"lr": 0.1, "opt": "adam"}, {"lr": 0.01, "opt": "sgd"}, {"lr": 0.1, "opt": "sgd"}
    ]  # fmt: skip
    assert found.table.labels.tolist() == [0, 10, 20]
    assert "3 runs; 2 hyperparameters: lr, opt; val/loss at 3 steps, 0 to 20; with seconds" in found.out
    assert "left out: other metrics: " in found.out
    assert "hparam/best" in found.out
    assert "1 of 3 curves end before step 20, c first at 10" in found.out
    by_epoch = read("tensorboard", folder, "--metric", "val/loss", "--resource", "epoch").table
    np.testing.assert_array_equal(by_epoch.values, expected)
    assert (by_epoch.labels.tolist(), by_epoch.info.resource) == ([1, 2, 3], "epoch")


def test_parts_of_a_run_with_hyperparameters_above(read, tmp_path):
    """As Keras' callback writes them: train/ and validation/ below a folder with the plugin's session."""
    from tensorboard.plugins.hparams.summary_v2 import hparams_pb

    for rate in (0.1, 0.01):
        place = tmp_path / "logs" / f"run{rate}"
        log = writer(place)
        log._get_file_writer().add_summary(hparams_pb({"lr": rate, "units": 32}))
        log.close()
        for part in ("train", "validation"):
            log = writer(place / part)
            scalars(log, rate + (part == "train"), tag="epoch_loss")
            log.close()
    found = read("tensorboard", tmp_path / "logs", "--metric", "validation/epoch_loss", "--mode", "min")
    np.testing.assert_array_equal(found.table.values[:, 0], float32(0.1 * 3, 0.01 * 3))
    assert [row["lr"] for row in found.rows] == [0.1, 0.01]


def test_hyperparameters_from_names_and_files(read, refused, tmp_path):
    for place in ("lr=0.1,units=32", "lr=0.01,units=64"):
        log = writer(tmp_path / "logs" / place)
        scalars(log, 0.5)
        log.close()
    found = read("tensorboard", tmp_path / "logs", "--metric", "val/loss")
    assert [row["units"] for row in found.rows] == [32, 64]
    (tmp_path / "logs" / "lr=0.1,units=32").rename(tmp_path / "logs" / "first")
    (tmp_path / "logs" / "first" / "hparams.yaml").write_text("lr: 0.3\nunits: 8\n")
    found = read("tensorboard", tmp_path / "logs", "--metric", "val/loss")
    assert [row["units"] for row in found.rows] == [8, 64]
    (tmp_path / "logs" / "lr=0.01,units=64").rename(tmp_path / "logs" / "second")
    (tmp_path / "logs" / "first" / "hparams.yaml").unlink()
    assert "no run has hyperparameters; write them with add_hparams" in refused(
        "tensorboard", tmp_path / "logs", "--metric", "val/loss"
    )


def test_cut_and_damaged_files(read, refused, folder, tmp_path):
    (file,) = (folder / "b").glob("*tfevents*")
    whole = file.read_bytes()
    file.write_bytes(whole[:-30])
    found = read("tensorboard", folder, "--metric", "val/loss")
    assert "1 file cut or damaged (events.out.tfevents" in found.out
    assert len(found.table) == 3
    file.write_bytes(whole[:10])
    assert "holds no event that can be read" in refused("tensorboard", folder)
    file.write_bytes(b"hello " * 100)
    assert "holds no event that can be read" in refused("tensorboard", folder)
    (tmp_path / "none").mkdir()
    assert "holds no event files" in refused("tensorboard", tmp_path / "none")
    assert "there is no such folder" in refused("tensorboard", tmp_path / "nowhere")
    assert "metrics were logged: " in refused("tensorboard", folder / "a")
