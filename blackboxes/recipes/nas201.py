"""NATS-Bench's pickle of topologies (NAS-Bench-201) to a long CSV: load it only if you trust its source.

Dong and Yang (2020): 15,625 architectures, up to three seeds, and at each of 200 epochs test accuracies (the
only ones logged at every epoch) and seconds.
"""

import bz2
import csv
import pickle
from pathlib import Path

with bz2.open("NATS-tss-v1_0-3ffb9.pickle.pbz2") as packed:
    data = pickle.load(packed)
with Path("nas201.csv").open("w", newline="") as file:
    rows = csv.writer(file)
    rows.writerow([*(f"edge{edge}" for edge in range(6)), "seed", "epoch", "error", "seconds"])
    for number in range(data["total_archs"]):
        info = data["arch2infos"][number]["200"]
        cells = info["arch_str"].replace("+", "").split("|")
        edges = [cell.partition("~")[0] for cell in cells if cell]
        for (task, seed), run in info["all_results"].items():
            if task != "cifar10":
                continue
            for epoch in range(200):
                split = f"ori-test@{epoch}"
                error = 1 - run["eval_acc1es"][split] / 100
                seconds = run["train_times"][epoch] + run["eval_times"][split]
                rows.writerow([*edges, seed, epoch + 1, error, seconds])
