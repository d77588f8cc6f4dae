"""The incumbents of a study's runs in another measure: absolute, in a score, by another reference."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from simdyhpo.analysis.measures import Measure
from simdyhpo.studies.incumbents import StudyRuns
from simdyhpo.tables.curves import CurveTable


def measured(read: StudyRuns, tables: Mapping[str, CurveTable], measure: Measure) -> pd.DataFrame:
    """`read.incumbents` with the regret that a measure asks for.

    Args:
        read: a study's runs.
        tables: by name.
        measure: what regret is taken of, and in which unit.

    Raises:
        SimdyhpoError: the measure can't be taken on one of the tables.
    """
    found, boxes = read.incumbents, read.runs.set_index("run")["blackbox"]
    on = found["run"].map(boxes).to_numpy()
    values, configurations = found["value"].to_numpy(), found["configuration"].to_numpy()
    regrets = np.full(len(found), np.nan)
    for name in dict.fromkeys(boxes):
        mine = on == name
        regrets[mine] = measure.on(tables[name]).regrets(values[mine], configurations[mine])
    return found.assign(regret=regrets)
