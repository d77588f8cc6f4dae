"""Run Syne Tune's simulator on the grid; `benchmarks.reference` starts this in an environment of its own.

    python benchmarks/reference_driver.py FORM WORKERS REPORTS

prints one JSON object. Only the tuning loop is timed: neither imports nor the making of the table.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend.simulator_backend.simulator_callback import SimulatorCallback
from syne_tune.blackbox_repository.blackbox_tabular import BlackboxTabular
from syne_tune.blackbox_repository.simulated_tabular_backend import UserBlackboxBackend
from syne_tune.config_space import choice, randint
from syne_tune.optimizer.baselines import ASHA

sys.path.insert(0, str(Path(__file__).resolve().parent))

from grid import EPOCHS, NAMES, grid

METRIC, TIME, EPOCH = "loss", "seconds", "epoch"


def blackbox() -> BlackboxTabular:
    """The grid as the reference wants it: values (configurations, seeds, epochs, metrics)."""
    points, losses, seconds = grid()
    values = pd.DataFrame(points, columns=list(NAMES))
    evaluations = np.stack([losses, seconds], axis=-1)[:, None]
    space = {name: choice(sorted(set(points[:, i].tolist()))) for i, name in enumerate(NAMES)}
    return BlackboxTabular(
        hyperparameters=values,
        configuration_space=space,
        fidelity_space={EPOCH: randint(1, EPOCHS)},
        objectives_evaluations=evaluations,
        objectives_names=[METRIC, TIME],
    )


def run(form: str, workers: int, reports: int) -> dict[str, float]:
    """Time one run of ASHA that ends after this many reports."""
    table = blackbox()
    backend = UserBlackboxBackend(blackbox=table, elapsed_time_attr=TIME, seed=0)
    scheduler = ASHA(
        table.configuration_space,
        metric=METRIC,
        mode="min",
        type=form,
        resource_attr=EPOCH,
        max_t=EPOCHS,
        grace_period=1,
        reduction_factor=3,
        search_options={"debug_log": False, "allow_duplicates": True},
        random_seed=0,
    )
    tuner = Tuner(
        trial_backend=backend,
        scheduler=scheduler,
        stop_criterion=StoppingCriterion(max_num_evaluations=reports),
        n_workers=workers,
        sleep_time=0,
        callbacks=[SimulatorCallback()],
        print_update_interval=1e9,
        results_update_interval=1e9,
        save_tuner=False,
        tuner_name="benchmark",
    )
    started = time.process_time()
    with contextlib.redirect_stdout(sys.stderr):  # it prints its status when it ends
        tuner.run()
    seconds = time.process_time() - started
    return {"reports": tuner.tuning_status.overall_metric_statistics.count, "cpu_seconds": seconds}


def main() -> None:
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    form, workers, reports = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    print(json.dumps(run(form, workers, reports)))


if __name__ == "__main__":
    main()
