"""LCBench's own file, with balanced accuracy at every epoch, to a long CSV.

Zimmer, Lindauer, Hutter (2021), Apache-2.0: by data set, by configuration, `config` with the hyperparameters
and `log` with 52 points.
"""

import csv
import json
from pathlib import Path

NAMES = ["batch_size", "learning_rate", "max_dropout", "max_units", "momentum", "num_layers", "weight_decay"]

runs = json.loads(Path("data_2k_lw.json").read_bytes())["Fashion-MNIST"]
with Path("lcbench.csv").open("w", newline="") as file:
    rows = csv.writer(file)
    rows.writerow([*NAMES, "run", "epoch", "accuracy", "seconds"])
    for number, run in runs.items():
        values, seconds = run["log"]["Train/val_balanced_accuracy"], run["log"]["time"]
        for epoch in range(1, len(values)):  # point 0 is the untrained network
            settings = [run["config"][name] for name in NAMES]
            rows.writerow([*settings, number, epoch, values[epoch], seconds[epoch]])
