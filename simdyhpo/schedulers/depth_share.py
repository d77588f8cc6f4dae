"""How much of the latest effort went above half of the largest resource, and what halving spends there."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import pairwise


class DepthShare:
    """Counts epochs above half of the largest resource, among those of the last two full trainings.

    Args:
        levels: all milestones, rising.
    """

    def __init__(self, levels: Sequence[int]) -> None:
        self._steps = {high: high - low for low, high in pairwise([0, *levels])}
        self._half = levels[-1] / 2
        self._latest: deque[tuple[int, int]] = deque()
        self._window = 2 * levels[-1]
        self._counted = self._deep = self._spent = 0

    def halvings(self, lowest: int) -> float:
        """The share that successive halving spends there, if that level is its lowest rung.

        Of those that start, it lets one in level / lowest reach a level.
        """
        efforts = {level: step * min(1.0, lowest / level) for level, step in self._steps.items()}
        deep = sum(effort for level, effort in efforts.items() if level > self._half)
        return deep / sum(efforts.values())

    def reach(self, level: int) -> None:
        """A trial's segment ended at a level; at other resources it isn't counted."""
        step = self._steps.get(level)
        if step is None:
            return
        self._latest.append((step, step if level > self._half else 0))
        self._counted += step
        self._spent += step
        self._deep += self._latest[-1][1]
        while self._counted > self._window:
            old, old_deep = self._latest.popleft()
            self._counted -= old
            self._deep -= old_deep

    @property
    def trainings(self) -> float:
        """So many full trainings' epochs were spent in all."""
        return 2 * self._spent / self._window

    @property
    def share(self) -> float:
        """The share of the latest epochs that were spent there; 0 before the first."""
        return self._deep / self._counted if self._counted else 0.0
