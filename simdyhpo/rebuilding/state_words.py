"""A run's state as lines for people, and as plain values for programs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from simdyhpo.rebuilding.state import Paused, RunState
from simdyhpo.tables.final_scores import Mode
from simdyhpo.traces.words import action, count, number, place

_RUNGS, _WORKERS = 6, 8
"""So many paused trials are listed, of more the best of as many rungs; and so many running ones."""


def lines(state: RunState, mode: Mode, *, every: bool = False) -> Iterator[str]:
    """The state, and what comes next.

    Args:
        state: of the run.
        mode: of its metric: which of a rung's paused trials is the best.
        every: whether all trials are listed; else, where many are paused, the best of each rung, from the
            top, and a few running ones.
    """
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
    for run in state.running if every else state.running[:_WORKERS]:
        yield (
            f"  running    trial {run.trial} (configuration {run.configuration}) on worker {run.worker}, "
            f"from {run.resume_from} to {run.milestone}"
        )
    if not every and len(state.running) > _WORKERS:
        yield f"  running    and {len(state.running) - _WORKERS:,} more; --all lists them"
    paused = _by_rung(state.paused, mode)
    shown = paused if every or len(paused) <= _RUNGS else _best(paused)[:_RUNGS]
    for one in shown:
        value = number(one.value) or "nan"
        yield f"  paused     trial {one.trial} (configuration {one.configuration}) at {one.resource}: {value}"
    if len(paused) > len(shown):
        yield f"  paused     and {len(paused) - len(shown):,} more, none better on its rung; --all lists them"
    if state.compared is not None:
        value, limit = number(state.compared.value) or "nan", number(state.compared.limit) or "nothing yet"
        yield f"  rule       compares {value} with {limit}"
    yield f"next: {action(record)}"
    yield f"the rebuilt scheduler {'agrees' if state.agrees else 'would ' + state.proposal}"


def _by_rung(paused: Sequence[Paused], mode: Mode) -> list[Paused]:
    """Those that came furthest first, on each rung the best one first."""
    sign = 1 if mode == "min" else -1
    return sorted(
        paused, key=lambda one: (-one.resource, one.value != one.value, sign * one.value, one.trial)
    )


def _best(ordered: Sequence[Paused]) -> list[Paused]:
    """The first of each rung."""
    return [next(rung) for _, rung in itertools.groupby(ordered, key=lambda one: one.resource)]


def plain(state: RunState) -> dict[str, Any]:
    """All of it as plain values; the decision by the name of its kind."""
    record = msgspec.structs.asdict(state.next) | {"decision": state.next.decision.name}
    return msgspec.structs.asdict(state) | {"next": record}
