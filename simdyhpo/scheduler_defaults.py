"""What most schedulers have in common: they pause at every milestone and have nothing to report."""

from __future__ import annotations

from collections.abc import Mapping

from simdyhpo.decisions import Pause, Verdict

PAUSE = Pause()


class Defaults:
    """Answers that a scheduler may leave out; what it says beside them is its rule."""

    def verdict(self, _trial: int, _resource: int, /) -> Verdict:
        """Every milestone pauses."""
        return PAUSE

    def summary(self) -> Mapping[str, int]:
        """Nothing is counted."""
        return {}

    def diagnostics(self) -> Mapping[str, int | float]:
        """Nothing can go wrong numerically."""
        return {}
