"""What whoever imports wants to know of any table: how many curves are short, and how much diverged."""

from __future__ import annotations

import numpy as np

from simdyhpo.errors import exact
from simdyhpo.importers.logs.runs import counted
from simdyhpo.tables.curves import CurveTable


def short_curves(table: CurveTable) -> str:
    """A sentence on curves that end early; empty if all go to the end."""
    short = int((table.lengths < table.max_resource).sum())
    if not short:
        return ""
    first, last = table.labels[table.lengths.min() - 1], table.labels[-1]
    return (
        f"{short:,} of {counted(len(table), 'curve')} end before {table.info.resource} {exact(float(last))}, "
        f"the first at {exact(float(first))}: nothing is filled in, they are short."
    )


def diverged(table: CurveTable) -> str:
    """A sentence on values that are NaN or infinite; empty if none is."""
    there = np.arange(table.max_resource)[None, :] < table.lengths[:, None]
    bad = there & ~np.isfinite(table.values)
    if not bad.any():
        return ""
    count, curves = int(bad.sum()), int(bad.any(axis=1).sum())
    verb = "is" if count == 1 else "are"
    return f"{counted(count, 'value')} of {counted(curves, 'curve')} {verb} NaN or infinite: diverged."
