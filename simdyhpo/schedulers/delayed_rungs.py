"""Rungs that hold back promotions while there is too little to choose from: D-ASHA's rule."""

from __future__ import annotations

from collections.abc import Sequence

from simdyhpo.schedulers.rung import Mode, TrialId
from simdyhpo.schedulers.rungs import Choice, PromotionRungs


class DelayedRungs(PromotionRungs):
    """A rung of quantile q promotes its k-th trial once k / q trials have reported there.

    So no more than a share q ever goes up, where the plain rule sends up whoever is among the best so far,
    early or late.

    Source: Li, Shen, Jiang, Zhang, Li, Liu, Zhang, Cui (2022), "Hyper-Tune", section 4.3.
    """

    def __init__(
        self, rung_levels: Sequence[int], promote_quantiles: Sequence[float], mode: Mode, max_t: int
    ) -> None:
        super().__init__(rung_levels, promote_quantiles, mode, max_t)
        self._promoted = dict.fromkeys(rung_levels, 0)

    def promotion(self) -> Choice | None:
        """The promotion that both rules grant, if any; top rung first."""
        for rung in reversed(self.rungs):
            enough = len(rung) * rung.quantile * (1 + 1e-9) >= self._promoted[rung.level] + 1
            if enough and rung.eligible is not None:
                return self._choice(rung)
        return None

    def mark_promoted(self, trial_id: TrialId, level: int) -> None:
        """The trial moves up from the rung at `level`."""
        super().mark_promoted(trial_id, level)
        self._promoted[level] += 1
