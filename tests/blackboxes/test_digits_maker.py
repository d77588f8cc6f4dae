"""The maker of digits-mlp: what it trains, and that an interrupted run goes on."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

from simdyhpo.errors import OutputError

pytest.importorskip("sklearn", reason="scikit-learn is not installed (the extra makers)")

FOLDER = Path(__file__).resolve().parents[2] / "blackboxes" / "digits-mlp"
SMALL = {
    "batch_size": 256,
    "learning_rate": 0.05,
    "max_dropout": 0.3,
    "max_units": 64,
    "momentum": 0.9,
    "num_layers": 2,
    "weight_decay": 1e-4,
}
COLUMNS = {"x": np.array([1, 2, 3])}


@pytest.fixture
def modules(monkeypatch):
    """The folder's scripts `training` and `make`, importable for the time of a test."""
    monkeypatch.syspath_prepend(str(FOLDER))
    yield {name: importlib.import_module(name) for name in ("training", "make")}
    for name in ("training", "make"):
        sys.modules.pop(name, None)


@pytest.fixture
def training(modules):
    return modules["training"]


@pytest.fixture
def maker(modules, monkeypatch):
    """The maker with three configurations and a training that takes no time but counts its calls."""
    module = modules["make"]
    module.calls = []

    def train(configuration, data, seed, epochs=50):
        if epochs == 50:
            module.calls.append((configuration["x"], seed))
        return module.Curve([0.5], [1.0], [1.0], diverged=False)

    monkeypatch.setattr(module, "train", train)
    monkeypatch.setattr(module, "load_data", lambda seed: None)
    monkeypatch.setattr(module, "CONFIGURATIONS", 3)
    return module


def test_funnel_falls_in_equal_steps(training):
    assert training.funnel(1, 100) == [100]
    assert training.funnel(3, 100) == [100, 70, 40]


def test_dropout_falls_along_the_funnel(training):
    rates = [layer.p for layer in training.network(4, 64, 0.8) if hasattr(layer, "p")]
    np.testing.assert_allclose(rates, [0.8, 0.6, 0.4, 0.2])


def test_split_is_stratified_and_standardised(training):
    data = training.load_data(0)
    assert (len(data.train_y), len(data.validation_y)) == (1347, 450)
    shares = [np.bincount(part) / len(part) for part in (data.train_y, data.validation_y)]
    np.testing.assert_allclose(*shares, atol=0.005)
    assert float(data.train_x.mean().abs()) < 1e-6


def test_training_learns_and_repeats_itself(training):
    data = training.load_data(0)
    one, two = (training.train(SMALL, data, seed=5, epochs=4) for _ in range(2))
    assert one.accuracies == two.accuracies
    assert one.accuracies != training.train(SMALL, data, seed=6, epochs=4).accuracies
    assert one.accuracies[-1] > 0.6
    assert (np.diff(one.wall_seconds) > 0).all()
    assert not one.diverged


def test_an_interrupted_run_goes_on(maker, tmp_path):
    cache = tmp_path / "cache.jsonl"
    maker.measure(COLUMNS, cache, {"numpy": "1"})
    assert [x for x, _ in maker.calls] == [1, 2, 3]
    lines = cache.read_bytes().splitlines()
    cache.write_bytes(b"\n".join(lines[:3]) + b"\n" + lines[3][:10])  # cut short while writing the third
    first_seeds = dict(maker.calls)
    maker.calls.clear()
    assert len(maker.measure(COLUMNS, cache, {"numpy": "1"})) == 3
    assert maker.calls == [(3, first_seeds[3])]
    assert cache.read_bytes().splitlines() == lines


@pytest.mark.parametrize("change", ["versions", "configurations", "noise"])
def test_a_cache_of_something_else_is_refused(maker, tmp_path, change):
    cache = tmp_path / "cache.jsonl"
    maker.measure(COLUMNS, cache, {"numpy": "1"})
    if change == "noise":
        cache.write_bytes(b"no cache")
    columns = {"x": np.array([4, 5, 6])} if change == "configurations" else COLUMNS
    versions = {"numpy": "2"} if change == "versions" else {"numpy": "1"}
    with pytest.raises(OutputError, match=r"cache\.jsonl"):
        maker.measure(columns, cache, versions)
