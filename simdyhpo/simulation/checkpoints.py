"""What a trial's checkpoint costs when it pauses, and when it can be loaded."""

from __future__ import annotations

from simdyhpo.simulation.costs import Costs


class Checkpoints:
    """Those that paused trials leave behind."""

    def __init__(self, costs: Costs) -> None:
        self._saves = costs.checkpoint_every is not None
        self._save, self._stop = costs.save, costs.stop
        self._whole_ns: dict[int, int] = {}
        """By trial: when the one is whole that was begun when it paused."""

    def pause(self, trial: int, now_ns: int) -> int:
        """A trial leaves its worker with a checkpoint; how long that takes."""
        if not self._saves:
            return self._stop
        if self._save:
            self._whole_ns[trial] = now_ns + self._save
        return self._save + self._stop

    def whole_ns(self, trial: int) -> int:
        """A trial resumes: not before its checkpoint is whole."""
        return self._whole_ns.pop(trial, 0)
