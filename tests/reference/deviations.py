"""Where our rung systems may differ from the reference, as predicates that were fixed beforehand.

They were written from the specification and from the reference's documented behaviour, before our
implementation was run against the recorded data. Each recomputes, from the recorded inputs alone, the
cause of a difference. A difference counts as explained only if the cause is there AND our answer is the one
that the specification asks for, which `specified` works out by brute force.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.reference.recording import (
    PROMOTE_DYHPO,
    PROMOTE_RUNG,
    PROMOTE_SH,
    START_DYHPO,
    Outcome,
    Paused,
    Report,
    Scenario,
    Schedule,
    scripted_index,
)


@dataclass
class Entry:
    """A result at a rung; `order` is the place among equals."""

    trial: int
    metric: float
    order: int
    promoted: bool = False


class RecordedRung:
    """A rung rebuilt from recorded reports and decisions; slow and obvious on purpose."""

    def __init__(self, level: int, above: int, quantile: float, mode: str) -> None:
        self.level, self.above = level, above
        self.entries: list[Entry] = []
        self._minimise = mode == "min"
        self._quantile = quantile if self._minimise else 1 - quantile
        self._count = 0

    def next_order(self) -> int:
        self._count += 1
        return self._count

    def key(self, metric: float) -> float:
        return metric if self._minimise else -metric

    def finite(self) -> list[Entry]:
        """Finite entries, best first; a promoted one stands after its equals."""
        entries = [entry for entry in self.entries if math.isfinite(entry.metric)]
        return sorted(entries, key=lambda entry: (self.key(entry.metric), entry.order))

    def non_finite(self) -> bool:
        """Whether any entry, promoted ones included, is not finite."""
        return any(not math.isfinite(entry.metric) for entry in self.entries)

    def neighbours(self) -> tuple[float, float, float] | None:
        """The values below and above the quantile, and the weight of the latter; None if fewer than 2."""
        values = sorted(entry.metric for entry in self.finite())
        if len(values) < 2:
            return None
        position = (len(values) - 1) * self._quantile + 1
        index = int(position)
        return values[index - 1], values[index], position - index

    def interpolated(self) -> float | None:
        """The cutoff as the reference's floating-point expression gives it, for finite entries."""
        found = self.neighbours()
        if found is None:
            return None
        low, high, weight = found
        if self._minimise:
            return weight * high + (1 - weight) * low
        weight = 1 - weight  # the reference counts from the other end
        return weight * low + (1 - weight) * high

    def cutoff(self) -> float | None:
        """The cutoff as specified: exact where the neighbours are equal."""
        found = self.neighbours()
        return found[0] if found is not None and found[0] == found[1] else self.interpolated()

    def first_promotable(self) -> Entry | None:
        return next((entry for entry in self.finite() if not entry.promoted), None)

    def promotable(self) -> Iterator[Paused]:
        for position, entry in enumerate(self.finite()):
            if not entry.promoted:
                yield entry.trial, position, self.above


class State:
    """One rung system's rungs, top first, before a decision."""

    def __init__(self, scenario: Scenario, system: int) -> None:
        levels = scenario.levels[system:]
        above = [*levels, scenario.max_t][1:]
        self.rungs = [
            RecordedRung(level, up, quantile, scenario.mode)
            for level, up, quantile in zip(levels, above, scenario.quantiles[system:], strict=True)
        ][::-1]

    def rung(self, level: int) -> RecordedRung | None:
        return next((rung for rung in self.rungs if rung.level == level), None)

    def report(self, step: Report) -> None:
        """Take in a result, if it is one at a rung."""
        rung = self.rung(step.resource)
        if step.answer[1] and rung is not None:
            rung.entries.append(Entry(step.trial, step.metric, rung.next_order()))

    def decide(self, outcome: Outcome) -> None:
        """Take over the reference's decision."""
        rung = self.rung(outcome.resume_from)
        if rung is not None:
            entry = next(entry for entry in rung.entries if entry.trial == outcome.trial)
            entry.promoted, entry.order = True, rung.next_order()

    def paused(self) -> tuple[Paused, ...]:
        return tuple(candidate for rung in self.rungs for candidate in rung.promotable())

    def halving(self, decision: int) -> Outcome | None:
        """What the successive-halving rule promotes, as specified."""
        for rung in self.rungs:
            entry, cutoff = rung.first_promotable(), rung.cutoff()
            if entry is not None and cutoff is not None and rung.key(entry.metric) <= rung.key(cutoff):
                return Outcome(decision, entry.trial, rung.level, rung.above)
        return None


def specified(scenario: Scenario, state: State, step: Schedule) -> Outcome:
    """What the specification asks for, deviations from the reference included."""
    if scenario.kind == "promotion":
        return state.halving(PROMOTE_RUNG) or Outcome()
    assert step.coin is not None
    if step.coin < scenario.probability_sh:
        promoted = state.halving(PROMOTE_SH)
        if promoted is not None:
            return promoted
    paused = state.paused()
    can_start = step.new_config is not None
    index = scripted_index(step.pick, scenario.start_share, len(paused), can_start, abandons=False)
    if index is not None:
        trial, _, milestone = paused[index]
        level = next(rung.level for rung in state.rungs if rung.above == milestone)
        return Outcome(PROMOTE_DYHPO, trial, level, milestone, None, paused)
    if not can_start:
        return Outcome(paused=paused)
    return Outcome(START_DYHPO, step.new_trial, 0, scenario.levels[0], step.new_config, paused)


def tie(scenario: Scenario, state: State, step: Schedule, ours: Outcome) -> bool:
    """The quantile lies between two equal values, and the reference's interpolation misses them.

    Ours promoted by successive halving an entry equal to those neighbours; the reference's expression is
    better than they are, so it refused that entry and went on.
    """
    by_halving = {PROMOTE_SH, PROMOTE_RUNG}
    refused = step.reference.decision not in by_halving or step.reference.resume_from != ours.resume_from
    if ours.decision not in by_halving or not refused:
        return False
    rung = state.rung(ours.resume_from)
    if rung is None or rung.non_finite():
        return False
    neighbours, missed, entry = rung.neighbours(), rung.interpolated(), rung.first_promotable()
    if neighbours is None or missed is None or entry is None:
        return False
    low, high, _ = neighbours
    return low == high == entry.metric and entry.trial == ours.trial and rung.key(missed) < rung.key(low)


def coin(scenario: Scenario, state: State, step: Schedule, ours: Outcome) -> bool:
    """The coin equals probability_sh: the reference tried successive halving and ours did not."""
    return (
        step.coin == scenario.probability_sh
        and scenario.kind == "dyhpo"
        and step.reference.decision == PROMOTE_SH
        and ours.decision != PROMOTE_SH
    )


def non_finite(scenario: Scenario, state: State, step: Schedule, ours: Outcome) -> bool:
    """A metric that is not finite is in a rung that decided, or among those from which the searcher chose.

    For successive halving these are the rungs from which either side promoted; a rung that the reference
    passed over is one if ours promoted from it. For the searcher, all rungs with something to offer.
    """
    levels = {step.reference.resume_from, ours.resume_from} - {0}
    deciding = {level for level in levels if (rung := state.rung(level)) is not None and rung.non_finite()}
    if deciding:
        return True
    asked = step.reference.paused is not None or ours.paused is not None
    return asked and any(rung.non_finite() for rung in state.rungs)


def exhausted(scenario: Scenario, state: State, step: Schedule, ours: Outcome) -> bool:
    """No configuration is left: the reference logs the start of a trial that never starts.

    Ours promotes a paused trial if there is one, and otherwise neither runs nor logs anything.
    """
    nothing_started = step.reference.decision == START_DYHPO and step.reference.config is None
    return nothing_started and step.new_config is None and ours.decision in {None, PROMOTE_DYHPO}


Predicate = Callable[[Scenario, State, Schedule, Outcome], bool]

PREDICATES: dict[str, Predicate] = {
    "tie": tie,
    "coin": coin,
    "space exhausted": exhausted,
    "non-finite metric": non_finite,
}


def explain(scenario: Scenario, state: State, step: Schedule, ours: Outcome) -> str | None:
    """The name of the deviation that explains why `ours` is not the reference's outcome, if one does."""
    if ours != specified(scenario, state, step):
        return None
    return next((name for name, holds in PREDICATES.items() if holds(scenario, state, step, ours)), None)
