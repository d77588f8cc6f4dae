"""A coin and a searcher that do as they are told, and note what they were asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Paused = Sequence[tuple[str, int, int]]


class ScriptedCoin:
    """A `random_state` that returns given numbers, one a draw; it counts the draws."""

    def __init__(self, numbers: Sequence[float]) -> None:
        self._numbers = list(numbers)
        self.drawn = 0

    def random(self) -> float:
        self.drawn += 1
        return self._numbers[self.drawn - 1]


class ScriptedSearcher:
    """Answers as `answer(paused_trials)` says; `calls` holds the arguments of every call."""

    def __init__(self, answer: Callable[[Paused], dict[str, Any]]) -> None:
        self.answer = answer
        self.calls: list[tuple[list[tuple[str, int, int]], int, str]] = []

    def score_paused_trials_and_new_configs(
        self, paused_trials: Paused, min_resource: int, new_trial_id: str
    ) -> dict[str, Any]:
        self.calls.append((list(paused_trials), min_resource, new_trial_id))
        return self.answer(paused_trials)


def start(paused: Paused) -> dict[str, Any]:
    """Always a new configuration."""
    return {"config": {"x": 0.5}}


def nothing(paused: Paused) -> dict[str, Any]:
    """No new configuration is left, and no paused trial is wanted."""
    return {"config": None}


def pick(index: int) -> Callable[[Paused], dict[str, Any]]:
    """The paused trial at `index` in the order shown."""

    def answer(paused: Paused) -> dict[str, Any]:
        trial_id, pos, _ = paused[index]
        return {"trial_id": trial_id, "pos": pos}

    return answer


def paused_else_nothing(paused: Paused) -> dict[str, Any]:
    """The first paused trial; without one, nothing: the space is exhausted."""
    return pick(0)(paused) if paused else {"config": None}
