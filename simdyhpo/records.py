"""The decision log: columns while the simulation writes, rows for who reads them."""

from __future__ import annotations

import operator
import struct
from array import array
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.decisions import NAN, Reason, ScheduleDecision
from simdyhpo.errors import ClockError

_REASON = Reason()

Row = tuple[int, int, int, int, int, int, int]
"""What was decided, as numbers: see `WHAT_FIELDS`."""


class DecisionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One scheduling decision, as logged by the engine.

    Attributes:
        index: its number in the run, from 0.
        time_ns: simulated time, nanoseconds.
        worker, trial, configuration: whom it concerns.
        decision: its kind.
        resume_from: the resource at which the trial stood; 0 for a new one.
        milestone: the resource it runs to next; equal to `resume_from` for STOP.
        score, runner_up, runner_up_kind, mean, deviation, paused_scored, new_scored, coin: see `Reason`.
    """

    index: int
    time_ns: int
    worker: int
    trial: int
    configuration: int
    decision: ScheduleDecision
    resume_from: int
    milestone: int
    score: float = NAN
    runner_up: float = NAN
    runner_up_kind: str | None = None
    mean: float = NAN
    deviation: float = NAN
    paused_scored: int = 0
    new_scored: int = 0
    coin: float = NAN

    @property
    def row(self) -> Row:
        """What was decided, without why."""
        return _what(self)


REASON_FIELDS = Reason.__struct_fields__
WHAT_FIELDS = tuple(
    name for name in DecisionRecord.__struct_fields__ if name not in ("index", *REASON_FIELDS)
)
"""The names of what was decided: time_ns, worker, trial, configuration, decision, resume_from, milestone."""

_what = operator.attrgetter(*WHAT_FIELDS)
_pack = struct.Struct(f"{len(WHAT_FIELDS)}q").pack


class DecisionLog:
    """All decisions of a run. One decision costs 56 bytes, and a `Reason` where there is one.

    Attributes:
        count: how many there are.
        reasons: why, by index, of those that say it.
    """

    def __init__(self) -> None:
        self.count = 0
        self._flat = array("q")
        self.reasons: dict[int, Reason] = {}

    @classmethod
    def of(cls, records: Iterable[DecisionRecord]) -> DecisionLog:
        """What was decided in some records, without why."""
        log = cls()
        for record in records:
            log.append(record.row)
        return log

    def __len__(self) -> int:
        return self.count

    def append(self, row: Row, reason: Reason | None = None) -> None:
        """Log one decision: the values of `WHAT_FIELDS`.

        Raises:
            ClockError: the time doesn't fit in 64 bits.
        """
        if reason is not None:
            self.reasons[self.count] = reason
        try:
            self._flat.frombytes(_pack(*row))  # a third of the time that `extend` takes
        except struct.error:
            raise ClockError from None
        self.count += 1

    def columns(self) -> dict[str, npt.NDArray[np.int64]]:
        """The integer columns, each of shape (decisions,)."""
        rows = np.array(self._flat, dtype=np.int64).reshape(-1, len(WHAT_FIELDS))
        return {name: rows[:, i] for i, name in enumerate(WHAT_FIELDS)}

    def reason_columns(self) -> dict[str, list[Any]]:
        """The columns that say why, each a list with one value a decision."""
        reasons = [self.reasons.get(index, _REASON) for index in range(len(self))]
        return {name: [getattr(reason, name) for reason in reasons] for name in REASON_FIELDS}

    def all_columns(self) -> dict[str, Any]:
        """The columns of `DecisionRecord`, in its order, each with one value a decision."""
        return {"index": np.arange(len(self)), **self.columns(), **self.reason_columns()}

    def __iter__(self) -> Iterator[DecisionRecord]:
        return (self[index] for index in range(len(self)))

    def __getitem__(self, index: int) -> DecisionRecord:
        if not 0 <= index < len(self):
            raise IndexError(f"decision {index} of {len(self)}")
        row = self._flat[index * len(WHAT_FIELDS) : (index + 1) * len(WHAT_FIELDS)]
        told: dict[str, Any] = dict(zip(WHAT_FIELDS, row, strict=True))
        told["decision"] = ScheduleDecision(told["decision"])
        reason = self.reasons.get(index, _REASON)
        return DecisionRecord(index=index, **told, **{name: getattr(reason, name) for name in REASON_FIELDS})
