"""Let Syne Tune's own `DynamicHPOSearcher` score for OUR `DyHPORungSystem`, to prove that the surface fits.

Run it in the environment that tools/record_reference.sh makes (with msgspec added), with the repository on
the path; our rung system needs nothing else:

    DIRECTORY/bin/pip install msgspec
    PYTHONPATH=. DIRECTORY/bin/python tools/check_surface_in_reference.py

The searcher wants its scheduler to be Syne Tune's; it gets a stub that has only what is asked of it. Prints
what was decided; exit status 0 if everything fitted together, 1 otherwise.
"""

from __future__ import annotations

import argparse
import logging
import sys
import traceback
from typing import Any

import numpy as np
from syne_tune.config_space import uniform
from syne_tune.optimizer.schedulers import HyperbandScheduler
from syne_tune.optimizer.schedulers.searchers.bracket_distribution import (
    DefaultHyperbandBracketDistribution,
)
from syne_tune.optimizer.schedulers.searchers.dyhpo import DynamicHPOSearcher

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.schedulers.rung_systems import KEY_NEW_CONFIGURATION, DyHPORungSystem

METRIC, RESOURCE = "loss", "epoch"


def stub_scheduler(searcher: DynamicHPOSearcher, max_t: int) -> HyperbandScheduler:
    """A scheduler that was never set up: it answers what the searcher asks of it, and decides nothing."""

    class Stub(HyperbandScheduler):
        scheduler_type = "dyhpo"
        resource_attr = RESOURCE
        metric = METRIC
        mode = "min"
        max_resource_level = max_t
        bracket_distribution = DefaultHyperbandBracketDistribution()

        def __init__(self) -> None:  # leaves out the set-up of the real one on purpose
            self._searcher = searcher

    Stub.__abstractmethods__ = frozenset()
    return Stub()


def loss_after(config: dict[str, Any], epoch: int) -> float:
    """A smooth learning curve."""
    return (config["x"] - 0.3) ** 2 + (config["y"] - 0.7) ** 2 + 1 / (epoch + 1)


def run(decisions: int, max_t: int, seed: int) -> DyHPORungSystem:
    """One worker, one trial at a time."""
    space = {"x": uniform(0, 1), "y": uniform(0, 1), "epochs": max_t}
    searcher = DynamicHPOSearcher(
        space, metric=METRIC, mode="min", resource_attr=RESOURCE, max_epochs=max_t, random_seed=seed,
        scheduler="hyperband_dyhpo", num_init_random=6, num_init_candidates=50, opt_maxiter=10,
        opt_nstarts=1, debug_log=False, searcher_data="rungs",
    )  # fmt: skip
    levels = list(range(1, max_t))
    rungs = DyHPORungSystem(
        rung_levels=levels,
        promote_quantiles=[low / (low + 1) for low in levels],
        metric=METRIC,
        mode="min",
        resource_attr=RESOURCE,
        max_t=max_t,
        searcher=searcher,
        probability_sh=0.25,
        random_state=np.random.Generator(np.random.PCG64(seed)),
    )
    searcher.configure_scheduler(stub_scheduler(searcher, max_t))
    configs: dict[str, dict[str, Any]] = {}
    for _ in range(decisions):
        _one_decision(rungs, searcher, configs)
    return rungs


def _one_decision(
    rungs: DyHPORungSystem, searcher: DynamicHPOSearcher, configs: dict[str, dict[str, Any]]
) -> None:
    """Ask, start or resume as told, report every epoch up to the milestone."""
    new_trial = str(len(configs))
    answer = rungs.on_task_schedule(new_trial)
    trial = answer.get("trial_id", new_trial)
    if trial == new_trial:
        config = searcher.get_config(**{KEY_NEW_CONFIGURATION: answer[KEY_NEW_CONFIGURATION]}, trial_id=trial)
        assert config is not None, "the searcher found no configuration"
        configs[trial], epoch, milestone = config, 0, rungs.get_first_milestone(0)
        rungs.on_task_add(trial, skip_rungs=0)
    else:
        epoch, milestone = answer["resume_from"], answer["milestone"]
        rungs.on_task_add(trial, 0, new_config=False, milestone=milestone, resume_from=epoch)
    searcher.register_pending(trial, configs[trial], milestone)
    while epoch < milestone:
        epoch += 1
        result = {METRIC: loss_after(configs[trial], epoch), RESOURCE: epoch}
        told = rungs.on_task_report(trial, result, skip_rungs=0)
        assert told["task_continues"] == (epoch < milestone), (trial, epoch, milestone, told)
        update = told["milestone_reached"] and not told["ignore_data"]
        searcher.on_trial_result(trial, configs[trial], result, update=update)
    rungs.on_task_remove(trial)
    print(f"trial {trial}: epoch {milestone}, {ScheduleDecision(rungs.schedule_records[-1][1]).name}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--decisions", type=int, default=60)
    parser.add_argument("--max-epochs", type=int, default=9)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    try:
        rungs = run(arguments.decisions, arguments.max_epochs, arguments.seed)
    except Exception:  # noqa: BLE001 - any failure at all is the finding
        traceback.print_exc()
        return 1
    summary = rungs.summary_schedule_records()
    print(summary)
    fits = sum(summary.values()) == arguments.decisions and all(summary.values())
    print("the surface fits" if fits else "not every kind of decision occurred, or one was not logged")
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main())
