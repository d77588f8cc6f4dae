"""What an import may be asked for, whatever the source."""

from __future__ import annotations

import msgspec

from simdyhpo.importers.long_table import Seconds
from simdyhpo.tables.files import Origin
from simdyhpo.tables.final_scores import Mode

COUNT = "count"
"""As a resource: the first, second, ... report of each run."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of an import.

    Attributes:
        name: of the table.
        metric: which; None: the only one. Of long tables, what the value is called on axes.
        value: of long tables, the metric's column.
        resource: where along a curve a report lies: "count", what the source calls its steps, or a metric
            that was logged beside; None: the steps.
        mode: whether a good value is low or high; None where the source, or the metric's name, says so.
        seconds: the metric or column that holds the time; None: what the source records.
        seconds_are: what it counts from.
        seconds_per_resource: the declared cost of a unit of resource; None: 1, where no time is known.
        repair_time: raise times that run backwards instead of refusing them.
        config: the hyperparameters; empty: all but constant ones.
        ignore: what is no hyperparameter, though it looks like one.
        log: the hyperparameters on a log scale.
        repeat: what tells repeated trainings apart; None: the run.
        repeats, seed: see `simdyhpo.importers.long_table.Layout`.
        group: the experiment, study or project, where there are several.
        kind, source: see `simdyhpo.tables.files.TableInfo`.
    """

    name: str
    metric: str | None = None
    value: str | None = None
    resource: str | None = None
    mode: Mode | None = None
    seconds: str | None = None
    seconds_are: Seconds = "cumulative"
    seconds_per_resource: float | None = None
    repair_time: bool = False
    config: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    log: tuple[str, ...] = ()
    repeat: str | None = None
    repeats: str = "mean"
    seed: int = 0
    group: str | None = None
    kind: Origin = "unknown"
    source: str = ""
