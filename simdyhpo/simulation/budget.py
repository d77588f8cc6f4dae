"""When a run ends."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

import msgspec

from simdyhpo.errors import BudgetError
from simdyhpo.options import plain
from simdyhpo.units import NANOSECONDS

NEVER = 2**63
"""Beyond all counters. A whole number, since comparing one with a float takes longer."""
LARGEST = NEVER // NANOSECONDS
"""So many seconds fit in the counter of nanoseconds."""


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of a run; the first one reached ends it.

    Attributes:
        max_seconds: simulated seconds; reports received by then count.
        max_epochs: reports, counted in (time, worker) order; the run ends with the last of them.
        max_trials: trials started. No further one starts; segments under way finish.
        max_decisions: decisions. No further one is made; segments under way finish.

    A decision at the very instant at which seconds or epochs run out comes after the last report and
    doesn't exist.
    """

    max_seconds: float | None = None
    max_epochs: int | None = None
    max_trials: int | None = None
    max_decisions: int | None = None

    def __post_init__(self) -> None:
        """Whole seconds are seconds like others: equal budgets are written alike."""
        for name in self.__struct_fields__:
            limit = plain(getattr(self, name))
            if name == "max_seconds" and type(limit) is int and abs(limit) < NEVER:
                limit = float(limit)
            msgspec.structs.force_setattr(self, name, limit)

    @property
    def limits(self) -> dict[str, float]:
        """Those that are set, by name."""
        every = {name: getattr(self, name) for name in self.__struct_fields__}
        return {name: limit for name, limit in every.items() if limit is not None}

    @property
    def words(self) -> str:
        """`1,000 epochs or 3,600 seconds`."""
        return " or ".join(
            f"{limit:,{'g' * isinstance(limit, float)}} {name.removeprefix('max_')}"
            for name, limit in self.limits.items()
        )

    def check(self) -> None:
        """Raise a `BudgetError` unless at least one limit is set and each is positive."""
        if not self.limits:
            raise BudgetError("no budget: give at least one of " + ", ".join(self.__struct_fields__))
        for name, limit in self.limits.items():
            in_seconds = name == "max_seconds"
            if isinstance(limit, bool) or not isinstance(limit, int | float if in_seconds else int):
                kind = "a number" if in_seconds else "a whole number"
                raise BudgetError(f"{name} is {limit!r}: give {kind}")
            if not 0 < limit < LARGEST:
                raise BudgetError(f"{name} is {limit}: give a number above 0 and below {LARGEST}")
            if in_seconds and round(limit * NANOSECONDS) == 0:
                raise BudgetError(f"{name} is {limit}: simulated time counts whole nanoseconds")


class EpochMeter:
    """Foresees the instant of the N-th report, though no epoch has an event of its own.

    Every segment's report times are known when it begins. As long as all reports of all segments begun so
    far are fewer than N, the end is unknown and counting is enough. From then on the meter holds the
    earliest of the known reports, N in all; a later segment can only bring the end forward. So the work
    beyond counting is bounded by the reports that are under way near the end. Whose they are makes no
    difference to the instant.

    Attributes:
        end_ns: the N-th report's time as far as is known now; None while fewer than N are known.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._latest_first: list[int] = []
        self.end_ns: int | None = None

    def foresee(self, begun: int, running: Iterable[Sequence[int]]) -> None:
        """The end came in sight: at least N reports are under way or came in.

        Args:
            begun: the number of reports of all segments begun so far.
            running: the report times of every segment under way.
        """
        reports = sorted(time for times in running for time in times)
        ended = begun - len(reports)
        earliest = reports[: self._limit - ended]
        self._latest_first = [-time for time in reversed(earliest)]
        self.end_ns = earliest[-1]

    def add_times(self, times: Sequence[int]) -> None:
        """A segment begins after the end came in sight: it may bring the end forward."""
        for time in times:
            if -time <= self._latest_first[0]:
                break
            heapq.heapreplace(self._latest_first, -time)
        self.end_ns = -self._latest_first[0]
