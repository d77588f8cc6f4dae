"""One bracket of synchronous successive halving, under way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from simdyhpo.errors import OutOfTurnError
from simdyhpo.schedulers.plans import RungPlan


class Bracket:
    """One bracket under way. Every change costs the logarithm of its size, spread over its trials.

    Attributes:
        rungs: as planned.
        rung: which of them is being filled.
        vacant: places for new trials in the lowest rung.
        promoted: trials that may enter the rung now, the best last.
        running: trials on their way to the rung.
    """

    def __init__(self, rungs: Sequence[RungPlan], eta: Fraction, sign: float) -> None:
        self.rungs = rungs
        self.rung = 0
        self.vacant = rungs[0].trials or 0
        self.promoted: list[int] = []
        self.running = 0
        self._eta, self._sign = eta, sign
        self._results: list[tuple[float, int, bool]] = []

    @property
    def has_work(self) -> bool:
        """Whether an idle worker could be used now."""
        return bool(self.vacant or self.promoted)

    @property
    def ended(self) -> bool:
        """Whether nothing will ever run here again."""
        return not (self.vacant or self.promoted or self.running)

    def start(self, last: bool) -> None:
        """A new trial takes a place.

        Args:
            last: no configuration is left, so that the bracket goes on with the trials that it has.
        """
        self.running += 1
        self.vacant = 0 if last else self.vacant - 1

    def resume(self, trial: int) -> None:
        """A promoted trial is on its way.

        Raises:
            OutOfTurnError: someone else decided, and it is none of those that may enter the rung.
        """
        if self.promoted and self.promoted[-1] == trial:
            self.promoted.pop()
        elif trial in self.promoted:  # someone else decided
            self.promoted.remove(trial)
        else:
            among = f"; those that do are {', '.join(map(str, self.promoted))}" if self.promoted else ""
            raise OutOfTurnError(
                trial, f"it is none of the best of a full rung, which alone go on in its bracket{among}"
            )
        self.running += 1

    def report(self, trial: int, metric: float, complete: bool) -> bool:
        """A trial of this rung reported.

        Args:
            complete: its curve ended, here or before it reached the rung. It counts among the others.

        Returns:
            Whether it was the last one, which closes the rung.
        """
        self._results.append((self._sign * metric, trial, complete))
        return self._one_less()

    def fail(self) -> bool:
        """A trial of this rung is gone: it is promoted from those that are left.

        Returns:
            Whether it was the last one, which closes the rung.
        """
        return self._one_less()

    def _one_less(self) -> bool:
        """One less is on its way; close the rung if it was the last."""
        self.running -= 1
        if self.running or self.has_work:
            return False
        if self.rung + 1 < len(self.rungs):
            self._move_up()
        return True

    def _move_up(self) -> None:
        """The best of the rung may enter the next one; equal ones in the order in which they started.

        Who has diverged is never among them. Whose curve has ended can be, and takes a place there without
        running.
        """
        ranked = sorted(result for result in self._results if math.isfinite(result[0]))
        best = ranked[: self._kept(len(self._results))]
        self.promoted = [trial for _, trial, complete in reversed(best) if not complete]
        self.rung += 1
        self._results = []

    def _kept(self, trials: int) -> int:
        """How many of the rung go on. One that isn't full keeps the same share, at least one trial of its."""
        if trials == self.rungs[self.rung].trials:
            return self.rungs[self.rung + 1].trials or 0
        return min(trials, max(1, math.floor(trials / self._eta)))


class EvolvingBracket(Bracket):
    """A bracket whose higher rungs are filled with new configurations, as many as could go on (DEHB)."""

    def _move_up(self) -> None:
        self.vacant = self._kept(len(self._results))
        self.rung += 1
        self._results = []
