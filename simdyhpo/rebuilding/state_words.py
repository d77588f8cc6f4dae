"""A run's state as lines for people, and as plain values for programs."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Any

import msgspec

from simdyhpo.rebuilding.state import RunState
from simdyhpo.traces.words import action, count, number, place

_SHOWN = 20
"""So many paused trials are listed; JSON has them all."""


def lines(state: RunState) -> Iterator[str]:
    """The state, and what comes next."""
    record = state.next
    yield f"decision {record.index} is due, {place(record)}"
    trials = f"running {len(state.running):,}, paused {len(state.paused):,}"
    yield f"  trials     {trials}, stopped {state.stopped:,}, complete {state.complete:,}"
    rungs = ", ".join(f"{many:,} at {level}" for level, many in state.rungs.items())
    yield f"  rungs      {rungs or 'no entries'}"
    yield f"  reported   {count(state.epochs, 'epoch')}"
    if state.incumbent is not None:
        best = state.incumbent
        yield (
            f"  incumbent  configuration {best.configuration} at {best.resource}: {number(best.value)}, "
            f"normalised regret {best.regret:.4f}"
        )
    for run in state.running:
        yield (
            f"  running    trial {run.trial} (configuration {run.configuration}) on worker {run.worker}, "
            f"from {run.resume_from} to {run.milestone}"
        )
    # Those that came furthest tell most.
    for one in heapq.nlargest(_SHOWN, state.paused, key=lambda paused: paused.resource):
        value = number(one.value) or "nan"
        yield f"  paused     trial {one.trial} (configuration {one.configuration}) at {one.resource}: {value}"
    if len(state.paused) > _SHOWN:
        yield f"  paused     and {len(state.paused) - _SHOWN:,} more, no further"
    if state.compared is not None:
        value, limit = number(state.compared.value) or "nan", number(state.compared.limit) or "nothing yet"
        yield f"  rule       compares {value} with {limit}"
    yield f"next: {action(record)}"
    yield f"the rebuilt scheduler {'agrees' if state.agrees else 'would ' + state.proposal}"


def plain(state: RunState) -> dict[str, Any]:
    """All of it as plain values; the decision by the name of its kind."""
    record = msgspec.structs.asdict(state.next) | {"decision": state.next.decision.name}
    return msgspec.structs.asdict(state) | {"next": record}
