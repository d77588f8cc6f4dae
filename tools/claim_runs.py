"""Runs that published claims need and the board lacks: `python -m tools.claim_runs`.

What a method is told differs here from table to table, which no study's file says: PriorBand's prior, and
how many configurations get their one epoch. Tables, seeds and budget are those of the board's part with one
worker; the results go to experiments/results/claims/results.csv. What is there already is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

import simdyhpo
from simdyhpo.analysis.priors import prior_at
from simdyhpo.board.definition import load_board
from simdyhpo.tables.curves import CurveTable
from tools.claims import BAD_PRIOR, FITTED, GOOD_PRIOR, ONE
from tools.stored_results import RESULTS

PATH = RESULTS / "claims" / "results.csv"
GOOD, BAD = 0.05, 0.9
"""Where in a table's final values a prior's configuration stands: 0 is the best."""
TOP = 3
"""So many of the first looks run to the end: the default of `one-epoch`."""


def fitted(table: CurveTable, epochs: int) -> int:
    """How many first looks leave enough epochs for the best of them to run to the end."""
    return min(len(table), epochs - TOP * (table.max_resource - 1))


VARIANTS: Mapping[str, tuple[str, Callable[[CurveTable, int], dict[str, Any]]]] = {
    GOOD_PRIOR: ("priorband", lambda table, _: {"prior": prior_at(table, GOOD)}),
    BAD_PRIOR: ("priorband", lambda table, _: {"prior": prior_at(table, BAD)}),
    FITTED: ("one-epoch", lambda table, epochs: {"configurations": fitted(table, epochs)}),
}


def row(table: CurveTable, label: str, seed: int, epochs: int) -> dict[str, object]:
    """One run: blackbox, label, workers, seed and the normalised regret at its end."""
    scheduler, options = VARIANTS[label]
    found = simdyhpo.simulate(table, scheduler, seed=seed, max_epochs=epochs, options=options(table, epochs))
    regret = 1.0 if np.isnan(found.regret) else found.regret
    return {"blackbox": table.name, "label": label, "workers": 1, "seed": seed, "regret_1": regret}


def main() -> None:
    """Make what is missing, table by table."""
    board = load_board()
    epochs = board.part(ONE).epochs
    there = pd.read_csv(PATH) if PATH.is_file() else pd.DataFrame(columns=["blackbox", "label"])
    PATH.parent.mkdir(parents=True, exist_ok=True)
    for label in VARIANTS:
        for name in board.tables:
            if not ((there["blackbox"] == name) & (there["label"] == label)).any():
                table = simdyhpo.load_blackbox(name)
                fresh = pd.DataFrame([row(table, label, seed, epochs) for seed in range(board.seeds)])
                there = pd.concat([there, fresh]) if len(there) else fresh
                there.to_csv(PATH, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
