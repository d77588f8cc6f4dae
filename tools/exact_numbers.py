"""Random search's exact regrets on the shipped suites, beside what the paper's curve has there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simdyhpo.analysis.exact import expected_best
from simdyhpo.analysis.exact_regret import expected_random_regret
from simdyhpo.reproduction.paper import AT_EPOCHS, PAPER
from simdyhpo.reproduction.registry import ABSOLUTE, ACCURACY, SHARE
from simdyhpo.tables.blackboxes import load_blackbox, shipped_files
from simdyhpo.tables.curves import CurveTable

TRAININGS = (2, 10, 20)
"""Of 51 epochs, nearest to the paper's 100, 500 and 1,000 epochs, which are 1.96, 9.8 and 19.6 trainings."""


def exact_numbers() -> pd.DataFrame:
    """A row for each suite, measure and point: suite, what, at, exact, paper (NaN for another measure)."""
    lcbench, taskset = _suite("lcbench"), _suite("taskset")
    papers = {name: PAPER[name]["random"].regrets for name in PAPER}
    steps = [f"{at:,} steps" for at in AT_EPOCHS]
    trainings = [f"{count} trainings" for count in TRAININGS]
    epochs = [count * lcbench[0].max_resource for count in TRAININGS]
    score = [of.scores[str(ACCURACY.score)] for of in lcbench]
    best = np.mean([one.best - expected_best(one.values, TRAININGS, one.mode) for one in score], axis=0)
    chosen = np.mean([expected_random_regret(of, ACCURACY, epochs) for of in lcbench], axis=0)
    absolute, shares = (
        np.mean([expected_random_regret(of, measure, AT_EPOCHS) for of in taskset], axis=0)
        for measure in (ABSOLUTE, SHARE)
    )
    whole = np.mean([_chosen_of_all(of) for of in lcbench])
    nothing = [np.nan] * len(AT_EPOCHS)
    blocks = [
        ("TaskSet", "absolute, validation loss", steps, absolute, papers["taskset"]),
        ("TaskSet", "normalised, the same runs", steps, shares, papers["taskset"]),
        ("LCBench", "absolute, best final validation balanced accuracy", trainings, best, papers["lcbench"]),
        ("LCBench", "the same, of the one with the least cross-entropy", trainings, chosen, nothing),
        ("LCBench", "the same, if all 2,000 are trained", ["all"], [whole], [np.nan]),
    ]
    return pd.DataFrame(
        [
            {"suite": suite, "what": what, "at": at, "exact": float(known), "paper": float(paper)}
            for suite, what, points, found, theirs in blocks
            for at, known, paper in zip(points, found, theirs, strict=True)
        ]
    )


def _suite(name: str) -> list[CurveTable]:
    return [load_blackbox(box) for box in shipped_files() if box.startswith(f"{name}-")]


def _chosen_of_all(of: CurveTable) -> float:
    """The regret in balanced accuracy of the configuration whose least cross-entropy is the table's."""
    chosen = int(np.nanargmin(of.values.min(axis=1)))
    return float(ACCURACY.on(of).regrets([of.values[chosen].min()], [chosen])[0])
