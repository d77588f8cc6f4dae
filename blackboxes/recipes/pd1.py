"""One task of PD1 to a long CSV.

Wang et al. (2021), "Automatic prior selection for meta Bayesian optimization", CC-BY 4.0: a line a trial. Its
columns `valid/ce_loss` and `global_step` are lists of equal length. Other data sets, models and batch sizes
report at other steps, so one task is taken; which there are is printed.
"""

import csv
import gzip
import json
from pathlib import Path

NAMES = ["initial_value", "power", "decay_steps_factor"]
TASK = ["dataset", "model", "hps.batch_size"]

with gzip.open("pd1_matched_phase1_results.jsonl.gz", "rt") as packed:
    trials = [json.loads(line) for line in packed]
tasks = sorted({tuple(trial[name] for name in TASK) for trial in trials})
print(*tasks, sep="\n")
wanted = tasks[0]  # or another of these
with Path("pd1.csv").open("w", newline="") as file:
    rows = csv.writer(file)
    rows.writerow([*NAMES, "momentum", "trial", "step", "loss"])
    for trial in trials:
        if tuple(trial[name] for name in TASK) != wanted or not trial["global_step"]:
            continue
        settings = [trial[f"hps.lr_hparams.{name}"] for name in NAMES] + [trial["hps.opt_hparams.momentum"]]
        for step, loss in zip(trial["global_step"], trial["valid/ce_loss"], strict=True):
            rows.writerow([*settings, trial["trial_dir"], step, "nan" if loss is None else loss])
