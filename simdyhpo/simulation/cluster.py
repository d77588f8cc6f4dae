"""What a cluster is like: what things cost there, how fast its workers are, and what goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from simdyhpo.errors import OptionError
from simdyhpo.options import plain
from simdyhpo.simulation.budget import LARGEST

DecisionCost = Literal["zero", "constant", "recorded", "measured"]

_SHARES = ("straggler_share", "preemption_share")
_MOST_CRASHES = 3600


class Cluster(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A cluster of workers; as it is by default, nothing costs anything and nothing goes wrong.

    Lists are dealt to the workers in turn: worker w has entry w modulo the list's length. docs/cluster.md
    has the exact rules.

    Attributes:
        start_seconds: a worker pays it whenever it takes up a trial: a new, a resumed or a retried one.
        report_seconds: from an epoch's end to its report's arrival. The worker trains on meanwhile, and waits
            for the last report of a segment.
        completion_seconds: to release a worker from a trial that has left it, for whatever reason.
        stop_seconds: to take a trial off its worker when it is paused or stopped.
        save_seconds, load_seconds: for a checkpoint.
        decision_cost: what a worker's question costs the scheduler: "zero"; "constant": `decision_seconds`;
            "recorded": the entries of `recorded_seconds` in turn, again and again; "measured": the host
            seconds that it takes, so that no run is like another.
        checkpoints: without them, a resumed trial trains from its beginning.
        checkpoint_every: a running trial saves one after every so many epochs, and whenever it is paused.
        speeds: how fast the workers are; 2 trains in half of the table's time.
        jitter: deviation of the logarithm of a segment's slowdown, whose median is 1.
        straggler_share, straggler_slowdown: a segment is so likely to take so many times as long.
        crashes_per_hour: of each worker, at random (exponential gaps).
        repair_seconds: for which a crashed worker is away.
        preemption_every_seconds, preemption_seconds, preemption_share: again and again, for so long, each
            worker is taken away with this probability.
        join_seconds: when each worker comes.
        leave_seconds: when each worker leaves for good; 0: never. The first one stays.
        retries: how often a segment that was interrupted is begun again before its trial has failed.
        retry_on: "any" worker, or the "same" as soon as it is back.
    """

    start_seconds: float = 0.0
    report_seconds: float = 0.0
    completion_seconds: float = 0.0
    stop_seconds: float = 0.0
    save_seconds: float = 0.0
    load_seconds: float = 0.0
    decision_cost: DecisionCost = "zero"
    decision_seconds: float = 0.0
    recorded_seconds: tuple[float, ...] = ()
    checkpoints: bool = True
    checkpoint_every: int = 1
    speeds: tuple[float, ...] = ()
    jitter: float = 0.0
    straggler_share: float = 0.0
    straggler_slowdown: float = 1.0
    crashes_per_hour: float = 0.0
    repair_seconds: float = 0.0
    preemption_every_seconds: float = 0.0
    preemption_seconds: float = 0.0
    preemption_share: float = 0.0
    join_seconds: tuple[float, ...] = ()
    leave_seconds: tuple[float, ...] = ()
    retries: int = 3
    retry_on: Literal["any", "same"] = "any"

    def __reduce__(self) -> tuple[Callable[[bytes], Cluster], tuple[bytes]]:
        """Pickled as the JSON that it is: msgspec leaves out a default only if it is the very object.

        A number that came out of a pickle is another one, so that equal clusters would be written in two
        ways, by the process that made them and by one that was sent them.
        """
        return _from_json, (msgspec.json.encode(self),)

    @property
    def ideal(self) -> bool:
        """Whether it is the cluster without any cost or fault."""
        return self == Cluster()

    @property
    def deterministic(self) -> bool:
        """Whether equal specs give equal runs."""
        return self.decision_cost != "measured"

    def canonical(self) -> Cluster:
        """An equal one of which nothing is written down but what differs from the default."""
        same = msgspec.convert(plain(msgspec.structs.asdict(self)), Cluster)
        default = Cluster()
        given = {name: getattr(same, name) for name in self.__struct_fields__}
        return Cluster(**{name: value for name, value in given.items() if value != getattr(default, name)})

    def check(self) -> None:
        """Raise an `OptionError` where a value can't be meant, or two don't go together."""
        for field in msgspec.structs.fields(self):
            if field.type is float and field.name.endswith("_seconds"):
                _check_number(field.name, getattr(self, field.name), least=0)
        for name in _SHARES:
            _check_number(name, getattr(self, name), least=0, most=1)
        for name in ("recorded_seconds", "join_seconds", "leave_seconds"):
            for value in getattr(self, name):
                _check_number(name, value, least=0)
        for value in self.speeds:
            _check_number("speeds", value, least=1e-3, most=1e3)
        _check_number("jitter", self.jitter, least=0, most=3)
        _check_number("straggler_slowdown", self.straggler_slowdown, least=1, most=1e3)
        _check_number("crashes_per_hour", self.crashes_per_hour, least=0, most=_MOST_CRASHES)
        if self.checkpoint_every < 1:
            raise OptionError("checkpoint_every", self.checkpoint_every, "give a whole number of at least 1")
        if self.retries < 0:
            raise OptionError("retries", self.retries, "give a whole number of at least 0")
        self._check_decisions()
        self._check_faults()

    def _check_decisions(self) -> None:
        for kind, name in (("constant", "decision_seconds"), ("recorded", "recorded_seconds")):
            given = bool(getattr(self, name))
            if self.decision_cost == kind and not given:
                raise OptionError("decision_cost", kind, f"give {name}, too")
            if given and self.decision_cost != kind:
                raise OptionError(name, getattr(self, name), f'it counts with decision_cost = "{kind}" alone')

    def _check_faults(self) -> None:
        if self.preemption_share:
            if not self.preemption_seconds:
                raise OptionError("preemption_share", self.preemption_share, "give preemption_seconds, too")
            if self.preemption_seconds >= self.preemption_every_seconds:
                raise OptionError(
                    "preemption_seconds",
                    self.preemption_seconds,
                    "give less than preemption_every_seconds, so that workers come back",
                )
        elif self.preemption_seconds or self.preemption_every_seconds:
            raise OptionError("preemption_share", 0, "give the share of the workers that are taken away")
        if self.straggler_share and self.straggler_slowdown == 1:
            raise OptionError("straggler_share", self.straggler_share, "give straggler_slowdown, too")
        if self.leave_seconds and self.leave_seconds[0]:
            raise OptionError("leave_seconds", self.leave_seconds, "worker 0 stays: begin the list with 0")
        for join, leave in zip(self.join_seconds, self.leave_seconds, strict=False):
            if leave and leave <= join:
                raise OptionError("leave_seconds", leave, f"that worker joins at {join:g} seconds")


def _check_number(name: str, value: object, least: float, most: float = LARGEST) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        upper = "" if most == LARGEST else f" to {most:g}"
        raise OptionError(name, value, f"give a number from {least:g}{upper}{' up' if not upper else ''}")


def _from_json(content: bytes) -> Cluster:
    return msgspec.json.decode(content, type=Cluster)
