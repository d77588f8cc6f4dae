"""Whose an exception is that ended a simulation: the scheduler's, or that of whoever looked on."""

from __future__ import annotations

import traceback

_ENGINE = __name__.rpartition(".")[0]
_HELPERS = (
    "simdyhpo.candidates",
    "simdyhpo.tables.curves",
    "simdyhpo.records",
    "simdyhpo.runs.front_door",
    "simdyhpo.streams",
)
"""Whom the engine calls beside the scheduler; the front door for those who look on."""
_QUESTIONS = ("ask", "verdict")


def raised_by_scheduler(error: BaseException, scheduler: str, decisions: int) -> str | None:
    """Words for `simdyhpo.blame.blame`; None if the engine was not left for the scheduler when it was raised.

    Found from the traceback, so that a decision that goes well costs nothing more.

    Args:
        error: what was raised.
        scheduler: its name.
        decisions: how many were logged by then.
    """
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    modules = [str(frame.f_globals.get("__name__")) for frame in frames]
    inside = [place for place, module in enumerate(modules) if _within(module, _ENGINE)]
    left = next((place + 1 for place in inside if place + 1 not in inside), len(frames))
    if left >= len(frames) or any(_within(modules[left], helper) for helper in _HELPERS):
        return None
    call = frames[left].f_code.co_name
    if call in _QUESTIONS:
        return f"scheduler {scheduler!r} raised it in {call}, at decision {decisions}"
    when = f"after decision {decisions - 1}" if decisions else "before any decision"
    return f"scheduler {scheduler!r} raised it in {call}, {when}"


def _within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
