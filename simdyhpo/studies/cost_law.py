"""How a run's costs go on, from what its beginning has cost."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_PIECES = 12
"""Into so many pieces is the beginning cut, to see whether decisions become dearer."""
_FIRST = 8
"""A model is fitted after each of its first observations, and rarely later: the first eighth of what was seen
says nothing of how costs grow."""
_DOUBT = 0.5
"""Growth counts as far as it exceeds so much of its standard error: noise that is taken for growth would be
multiplied by all that is still to come."""


class Mark(msgspec.Struct, frozen=True):
    """A moment of a run.

    Attributes:
        share: of the budget that is spent, in [0, 1].
        decisions: made so far.
        seconds: that the host has worked on the run so far.
    """

    share: float
    decisions: int
    seconds: float


def seconds_of_whole(marks: Sequence[Mark]) -> float:
    """Host seconds of a run that was left at the last mark.

    A decision is taken to cost a + b n seconds after n others, with neither a nor b below 0: fitted to the
    costs so far, then scaled so that it is right for the last half of the decisions. Decisions go on to be
    made at the rate, in shares of the budget, of that last half.

    Args:
        marks: in the order of time; the first is the begin.
    """
    last = marks[-1]
    if last.share >= 1.0 or len(marks) < 2 or not last.share:
        return last.seconds / last.share if last.share else last.seconds
    seen = np.array([[mark.share, mark.decisions, mark.seconds] for mark in marks])
    decisions, seconds = seen[:, 1], seen[:, 2]
    late = seen[np.searchsorted(decisions, last.decisions / 2, side="right") - 1]
    if last.decisions == late[1] or last.share == late[0]:
        return last.seconds / last.share
    to_come = (last.decisions - late[1]) / (last.share - late[0]) * (1.0 - last.share)
    flat, growth = _law(decisions, seconds, float(decisions[seen[:, 0] == 0].max(initial=0.0)))

    def cost(begin: float, end: float) -> float:
        return flat * (end - begin) + growth * (end**2 - begin**2) / 2

    scale = (last.seconds - float(late[2])) / cost(float(late[1]), last.decisions)
    return last.seconds + scale * cost(last.decisions, last.decisions + to_come)


def _law(decisions: Floats, seconds: Floats, at_once: float) -> tuple[float, float]:
    """a and b, but for a common factor.

    Args:
        decisions, seconds: at the marks (marks,); neither falls.
        at_once: decisions before any of the budget was spent, and so before there was anything to learn from.
    """
    edges = np.linspace(at_once + (decisions[-1] - at_once) / _FIRST, decisions[-1], _PIECES + 1)
    # Many decisions may be made at one mark: what it cost counts where they were made.
    cuts = np.unique(np.searchsorted(decisions, edges).clip(max=len(decisions) - 1))
    counts = np.diff(decisions[cuts])
    used = counts > 0
    costs = (np.diff(seconds[cuts])[used]) / counts[used]
    middles = ((decisions[cuts][1:] + decisions[cuts][:-1]) / 2)[used]
    if len(costs) <= 3 or not costs.any():
        return 1.0, 0.0
    weights = np.sqrt(counts[used])
    design = np.stack([np.ones_like(middles), middles], axis=1) * weights[:, None]
    solution = np.linalg.lstsq(design, costs * weights, rcond=None)[0]
    left = costs * weights - design @ solution
    variance = left @ left / (len(costs) - 2)
    error = np.sqrt(variance * np.linalg.inv(design.T @ design)[1, 1])
    growth = max(0.0, float(solution[1] - _DOUBT * error))
    share = weights**2 / (weights**2).sum()
    flat = float(share @ costs - growth * (share @ middles))
    return (flat, growth) if flat > 0 else (0.0, 1.0)
