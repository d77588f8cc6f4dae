"""What every source of logs is read into: runs with their hyperparameters, and of each metric its reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from simdyhpo.errors import TableError
from simdyhpo.files.limits import LOG_POINTS
from simdyhpo.tables.final_scores import Mode


class Series(msgspec.Struct, frozen=True):
    """The reports of one metric by one run, in the order in which they were logged.

    Attributes:
        steps: where each was reported.
        values: what was reported; NaN and infinite where training diverged.
        seconds: since the run began; None where the log doesn't say.
    """

    steps: Sequence[float]
    values: Sequence[float]
    seconds: Sequence[float] | None = None

    def __len__(self) -> int:
        return len(self.steps)


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One training.

    Attributes:
        name: what whoever logged it calls it.
        hyperparameters: by name, as they were logged; nested ones are flat already.
        metrics: by name.
        group: the experiment, study or project that it belongs to.
        unreadable: why something that was logged is no metric, by name.
    """

    name: str
    hyperparameters: Mapping[str, Any]
    metrics: Mapping[str, Series]
    group: str = ""
    unreadable: Mapping[str, str] = {}


class Logs(msgspec.Struct, frozen=True, kw_only=True):
    """What a source holds.

    Attributes:
        where: the file or folder, for errors.
        runs: in an order that doesn't depend on the file system.
        axis: what a step is called.
        prefers: the metric that counts better than steps do, if it was logged: the epoch, say.
        mode: whether a good value is low or high, where the source itself says so.
        log: the hyperparameters that the source says are on a log scale.
        notes: sentences on how it was read.
        left_out: what was left out, and why.
        advice: what to do where no run has hyperparameters.
    """

    where: str
    runs: Sequence[Run]
    axis: str = "step"
    prefers: str = ""
    mode: Mode | None = None
    log: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    advice: str = "log them with each run"


def check_points(where: str, runs: Iterable[Run]) -> None:
    """See that what is read stays within memory; to be called while it is read.

    Raises:
        TableError: there are too many reports.
    """
    count = sum(len(series) for run in runs for series in run.metrics.values())
    if count > LOG_POINTS:
        problem = f"holds more than {LOG_POINTS:,} reports of all metrics together"
        raise TableError(where, problem, "give a folder with fewer runs, or log less often")


def some(names: Iterable[str], shown: int = 5) -> str:
    """A few names, and how many there are beside them."""
    known = list(names)
    more = f" and {len(known) - shown:,} more" if len(known) > shown else ""
    return ", ".join(known[:shown]) + more


def counted(number: int, what: str) -> str:
    """A number and what it counts: `1 run`, `2 runs`."""
    return f"{number:,} {what}{'s' * (number != 1)}"


def unfinished(names: Sequence[str], what: str) -> str:
    """A sentence on runs that are marked as running: alive, or killed before they could say otherwise."""
    return f"{counted(len(names), what)} marked as running ({some(names)}): kept as far as they go."
