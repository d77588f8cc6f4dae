"""What a scheduler's settings are on one table, where they name something of it."""

from __future__ import annotations

import functools

from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.tables.curves import CurveTable


def on_table(factory: SchedulerFactory, table: CurveTable) -> SchedulerFactory:
    """The factory whose settings are those on this table: `priorband`'s prior by quantile is read off it.

    Manifests and keys have what was read, so that a prior by quantile is the run of the same prior in values.

    Raises:
        OptionError: no value at the table's largest resource is finite.
    """
    return factory.on(functools.partial(_prior_at, table))


def _prior_at(table: CurveTable, quantile: float) -> dict[str, float | str | None]:
    from simdyhpo.analysis.priors import prior_at  # here: few runs ask for one

    return prior_at(table, quantile)
