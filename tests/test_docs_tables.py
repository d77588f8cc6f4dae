"""What docs/tables.md shows can be done: its recipes and commands, on small files of the stated layouts.

And what docs/from-your-logs.md shows of files of your own makes the tables that it should.
"""

import bz2
import gzip
import json
import pickle
import re
import runpy
import shlex
from pathlib import Path

import numpy as np
import pytest

from simdyhpo.cli.main import main
from simdyhpo.importers.scenarios import SCENARIOS
from simdyhpo.importers.suites import SUITES
from simdyhpo.tables.blackboxes import read_manifest
from simdyhpo.tables.curves import CurveTable

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "tables.md").read_text()
OWN = (ROOT / "docs" / "from-your-logs.md").read_text()


def section(title):
    """The blocks under a heading of the page on your own logs: (language, text)."""
    body = re.split(r"^#+ ", OWN, flags=re.MULTILINE)
    (found,) = (part for part in body if part.startswith(title))
    return re.findall(r"```(\w+)\n(.*?)```", found, flags=re.DOTALL)


def carry_out(title):
    for language, text in section(title):
        if language == "python":
            exec(compile(text, title, "exec"), {"__name__": "docs"})
        elif language == "sh":
            for line in text.splitlines():
                assert main(shlex.split(line)[1:]) == 0, line


def follow(recipe):
    """Run a script of blackboxes/recipes, and the command that the page has for what it writes."""
    runpy.run_path(str(ROOT / "blackboxes" / "recipes" / f"{recipe}.py"))
    (line,) = re.findall(rf"^simdyhpo (blackbox import {recipe}\.csv .*)$", TEXT, flags=re.MULTILINE)
    assert main(shlex.split(line)) == 0, line


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_of_your_own(here):
    (here / "runs.csv").write_text(dict(section("A file of your own"))["csv"])
    carry_out("A file of your own")
    table = CurveTable.load("own.npz")
    np.testing.assert_allclose(table.values, [[0.925, 0.555], [1.4, np.nan]])
    assert CurveTable.load("own-again.npz").checksum == table.checksum


def test_logs_of_a_live_run():
    carry_out("Logs of a live run")
    table = CurveTable.load("live.npz")
    assert table.values.shape == (2, 3)
    assert read_manifest(Path("live.json")).kind == "measured"


def test_lcbench(here):
    config = {
        "batch_size": 64, "learning_rate": 0.1, "max_dropout": 0.0, "max_units": 100, "momentum": 0.9,
        "num_layers": 2, "weight_decay": 0.01, "optimizer": "sgd",
    }  # fmt: skip
    runs = {
        str(i): {
            "config": config | {"momentum": i / 10},
            "log": {
                "time": list(range(1, 53)), "Train/val_balanced_accuracy": [0.1, *[0.5 + i / 10] * 51],
            },
            "results": {},
        }
        for i in range(3)
    }  # fmt: skip
    (here / "data_2k_lw.json").write_text(json.dumps({"Fashion-MNIST": runs}))
    follow("lcbench")
    table = CurveTable.load("lcbench-measured-fashion-mnist.npz")
    assert table.values.shape == (3, 51)
    assert (table.best, table.worst) == (0.7, 0.5)  # the untrained network is left out
    assert table.elapsed_ns[0, 0] == 2 * 10**9
    assert len(table.configurations.hyperparameters) == 7


def test_fcnet(here):
    h5py = pytest.importorskip("h5py", reason="h5py is not installed")
    with h5py.File(here / "fcnet_protein_structure_data.hdf5", "w") as file:
        for units in (16, 32):
            group = file.create_group(str({"n_units_1": units, "activation_fn_1": "relu"}))
            group["valid_mse"] = np.tile(np.linspace(1, 0.5, 100), (4, 1)) / units
            group["runtime"] = np.full(4, 50.0)
    follow("fcnet")
    table = CurveTable.load("fcnet-protein.npz")
    assert table.values.shape == (2, 100)
    assert table.elapsed_ns[0, -1] == 50 * 10**9


def test_nas_bench_201(here):
    cell = "|none~0|+|nor_conv_3x3~0|skip_connect~1|+|none~0|none~1|{}~2|"
    run = {
        "eval_acc1es": {f"ori-test@{epoch}": 50 + epoch / 10 for epoch in range(200)},
        "train_times": dict.fromkeys(range(200), 2.0),
        "eval_times": {f"ori-test@{epoch}": 0.5 for epoch in range(200)},
    }
    infos = {
        number: {"200": {"arch_str": cell.format(last), "all_results": results}}
        for number, (last, results) in enumerate(
            [
                ("none", {("cifar10", 777): run, ("cifar10", 888): run}),
                ("skip_connect", {("cifar10", 888): run, ("cifar100", 777): run}),
            ]
        )
    }
    with bz2.open(here / "NATS-tss-v1_0-3ffb9.pickle.pbz2", "wb") as file:
        pickle.dump({"total_archs": 2, "arch2infos": infos}, file)
    follow("nas201")
    table = CurveTable.load("nas201-cifar10.npz")
    assert table.values.shape == (2, 200)
    assert table.elapsed_ns[0, -1] == 500 * 10**9
    assert table.configurations.row(1)["edge5"] == "skip_connect"


def test_pd1(here, capsys):
    def trial(number, **changes):
        return {
            "dataset": "mnist", "model": "cnn", "hps.batch_size": 256, "trial_dir": f"t{number}",
            "hps.lr_hparams.initial_value": 0.1 * (number + 1), "hps.lr_hparams.power": 1.0,
            "hps.lr_hparams.decay_steps_factor": 0.5, "hps.opt_hparams.momentum": 0.9,
            "global_step": [100, 200, 300], "valid/ce_loss": [0.9, None, 0.7],
        } | changes  # fmt: skip

    trials = [trial(0), trial(1), trial(2, model="other"), trial(3, global_step=None)]
    with gzip.open(here / "pd1_matched_phase1_results.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(one) + "\n" for one in trials)
    follow("pd1")
    assert "('mnist', 'other', 256)" in capsys.readouterr().out
    table = CurveTable.load("pd1.npz")
    assert table.labels.tolist() == [100, 200, 300]
    assert (len(table), table.non_finite) == (2, 2)


def test_every_suite_and_metric_is_described():
    for suite in SUITES:
        assert f"| `{suite}` |" in TEXT
    for scenario in SCENARIOS.values():
        if scenario.name != "lcbench":
            assert all(f"`{metric}`" in TEXT for metric in scenario.metrics)


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (ROOT / "docs" / target).exists(), target


def test_every_command_shown_is_one():
    shown = set(re.findall(r"simdyhpo blackbox (\w+)", TEXT))
    assert shown == {"list", "suites", "fetch", "make", "import", "check"}
