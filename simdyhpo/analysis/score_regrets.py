"""What the incumbent of one run is worth in every final score of its table."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.measures import WORST, Measure
from simdyhpo.analysis.steps import improvements, lower_is_better
from simdyhpo.tables.curves import CurveTable
from simdyhpo.tables.final_scores import Mode


class ScoreRegret(msgspec.Struct, frozen=True):
    """An incumbent in one score.

    Attributes:
        name: of the score.
        mode: whether less or more is better.
        value: the incumbent's; NaN without an incumbent, or where the score isn't known.
        absolute: regret in the score's own unit, see `simdyhpo.analysis.measures.Measure`.
        normalised: regret as a share of what lies between best and reference.

    Both are NaN without an incumbent, the latter where the reference is chance and not known of this score.
    """

    name: str
    mode: Mode
    value: float
    absolute: float
    normalised: float


def last_incumbent(
    table: CurveTable, values: npt.NDArray[np.float64], configurations: npt.NDArray[np.int64]
) -> int | None:
    """The configuration of the incumbent after these reports: of the best value, and of equal ones the first.

    Args:
        table: of the run.
        values, configurations: (reports,) in the order of arrival.
    """
    improved = improvements(lower_is_better(values, table.mode))
    return int(configurations[improved[-1]]) if improved.size else None


def score_regrets(table: CurveTable, incumbent: int | None, reference: str = WORST) -> list[ScoreRegret]:
    """The incumbent's regret in each score of the table, in the table's order.

    Args:
        table: of the run.
        incumbent: a configuration, or None.
        reference: see `Measure`.

    Raises:
        UnknownNameError, OptionError: there is no such reference.
    """
    found = []
    for name, score in table.scores.items():
        measures = (Measure(score=name, unit="absolute"), Measure(score=name, reference=reference))
        regrets = [_regret(measure, table, incumbent) for measure in measures]
        value = float("nan") if incumbent is None else float(score.values[incumbent])
        found.append(ScoreRegret(name, score.mode, value, *regrets))
    return found


def _regret(measure: Measure, table: CurveTable, incumbent: int | None) -> float:
    if incumbent is None or not measure.known_of(table):
        return float("nan")
    return float(measure.on(table).regrets([0.0], [incumbent])[0])
