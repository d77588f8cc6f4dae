"""Whether a metric is better low or high: said by whoever imports it, or plain from the column's name."""

from __future__ import annotations

import re

from simdyhpo.errors import SimdyhpoError
from simdyhpo.tables.final_scores import Mode

_LOSSES = """
bce ce cost crossentropy deviance err error errors hinge logloss loss losses mae mape mse msle nll perplexity
ppl regret rmse rmsle smape
"""
_BESIDE = """
absolute average avg balanced best binary classification cross dev entropy eval final holdout l1 l2 last log
mean median min misclassification percentage pct per prediction rate root smoothed sq square squared sum test
testing token top1 top5 total train training val valid validation
"""
"""Words that leave a loss a loss."""


def direction(column: str, mode: Mode | None) -> Mode:
    """The mode given; without one, "min" for a column whose name can only be a loss.

    All words of such a name are known here, and one of them is a loss: `val_loss`, `test.RMSE`,
    `meanSquaredError`. `accuracy` and `neg_mse` are no such names, nor is one that nobody thought of.

    Raises:
        SimdyhpoError: the name leaves it open.
    """
    if mode is not None:
        return mode
    words, losses = _words(column), set(_LOSSES.split())
    if words <= losses.union(_BESIDE.split()) and (words & losses or words >= {"cross", "entropy"}):
        return "min"
    raise SimdyhpoError(
        f"is a good {column!r} low or high? The name doesn't say it: give --mode min or --mode max"
    )


def _words(name: str) -> set[str]:
    """The words of a name in snake_case, kebab-case, camelCase or with spaces; none if it is more than words.

    So that `-loss`, `1 - error` and `1/loss` are nothing that is known.
    """
    if not re.fullmatch(r"[a-z]+\d?([ _./-][a-z]+\d?)*(_?\d+)?", name, flags=re.IGNORECASE | re.ASCII):
        return set()
    return {part.lower() for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+\d?", name)}
