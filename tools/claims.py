"""Published claims, and questions of ours, to be put to the board: who against whom, and who says so.

What is asked of a pair is the regret at the end of the same budget, on the same tables and seeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

ONE, EIGHT = "one-worker", "eight-workers"
"""The board's parts."""

GOOD_PRIOR, BAD_PRIOR, FITTED = "priorband, good prior", "priorband, bad prior", "one-epoch, fitted"
"""Not on the board: runs of `tools.claim_runs`, with one worker."""

Kind = Literal["lower", "no worse", "question"]


class Claim(msgspec.Struct, frozen=True):
    """One sentence about two methods.

    Attributes:
        words: the claim, as short as it can be said.
        source: who makes it; empty for a question of ours.
        mine, theirs: the two methods, by their names on the board.
        kind: "lower": the first should end lower; "no worse": it should not end higher; "question": nobody
            said which.
        parts: of the board, where it should hold.
    """

    words: str
    source: str
    mine: str
    theirs: str
    kind: Kind = "lower"
    parts: Sequence[str] = (ONE, EIGHT)


CLAIMS: Sequence[Claim] = (
    Claim("Hyperband beats random search", "Li et al. 2018", "hyperband", "random"),
    Claim("With many workers, ASHA beats synchronous halving", "Li et al. 2020", "asha", "sh", parts=[EIGHT]),
    Claim("BOHB beats Hyperband", "Falkner et al. 2018", "bohb", "hyperband"),
    Claim("DEHB beats random search", "Awad et al. 2021", "dehb", "random"),
    Claim("DEHB beats Hyperband", "Awad et al. 2021", "dehb", "hyperband"),
    Claim("DEHB beats BOHB", "Awad et al. 2021", "dehb", "bohb"),
    Claim("PASHA loses nothing against ASHA", "Bohdal et al. 2023", "pasha", "asha", "no worse"),
    Claim("One epoch is enough to choose by", "Egele et al. 2023", FITTED, "hyperband", "no worse", [ONE]),
    Claim("Median stopping saves budget", "Golovin et al. 2017", "median-stopping", "random"),
    Claim(
        "PriorBand, good prior: beats Hyperband", "Mallik et al. 2023", GOOD_PRIOR, "hyperband", parts=[ONE]
    ),
    Claim(
        "PriorBand recovers from a bad one", "Mallik et al. 2023", BAD_PRIOR, "hyperband", "no worse", [ONE]
    ),
    Claim("DyHPO beats ASHA", "Wistuba et al. 2022", "dyhpo-p0", "asha", parts=[ONE]),
    Claim("DyHPO beats BOHB", "Wistuba et al. 2022", "dyhpo-p0", "bohb", parts=[ONE]),
    Claim("DyHPO beats DEHB", "Wistuba et al. 2022", "dyhpo-p0", "dehb", parts=[ONE]),
    Claim("MOBSTER beats ASHA", "Klein et al. 2020", "mobster", "asha"),
    Claim("Hyper-Tune beats asynchronous Hyperband", "Li et al. 2022", "hyper-tune", "hyperband-async"),
    Claim("Conformal quantiles beat ASHA", "Salinas et al. 2023", "asha-cqr", "asha"),
    Claim("ASHA or halving, one worker?", "", "asha", "sh", "question", [ONE]),
    Claim("Stopping or promotion?", "", "asha-stopping", "asha", "question"),
    Claim("Shares of cost or of places?", "", "asha-cost", "asha", "question"),
    Claim("Only the most aggressive bracket?", "", "sh", "hyperband", "question"),
    Claim("The same, asynchronous?", "", "asha", "hyperband-async", "question"),
    Claim("BOHB's sampler on ASHA's rungs?", "", "bohb-async", "asha", "question"),
    Claim("PriorBand's incumbents, without a prior?", "", "priorband", "hyperband", "question"),
    Claim("What does the good prior add?", "", GOOD_PRIOR, "priorband", "question", [ONE]),
    Claim("What does the bad one cost?", "", BAD_PRIOR, "priorband", "question", [ONE]),
    Claim("Plain greed instead of rungs?", "", "greedy", "asha", "question"),
)
