"""The tables that the laboratory's two studies need: by study, by name, with all their parameters."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from simdyhpo.laboratory.parameters import CurveParameters

LOOKS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)
"""Rank correlations of the first look with the end."""
PLATEAUS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
"""Lengths of the plateau, as shares of a curve."""
DRAWS = 3
"""Tables of each kind, which differ by seed alone."""

_COMMON = CurveParameters(
    configurations=300, resources=16, hyperparameters=6, smoothness=0.5, noise=0.003, cost_spread=4.0
)


def _sets() -> dict[str, dict[str, CurveParameters]]:
    looks = {
        f"synthetic-look{look:g}-{seed}": msgspec.structs.replace(_COMMON, seed=seed, rank_correlation=look)
        for look in LOOKS
        for seed in range(DRAWS)
    }
    plateaus = {
        f"synthetic-plateau{length:g}-{seed}": msgspec.structs.replace(
            _COMMON, seed=seed, noise=0.01, plateau=length, plateau_spread=length / 4
        )
        for length in PLATEAUS
        for seed in range(DRAWS)
    }
    return {"first-look": looks, "plateau": plateaus}


SETS: Mapping[str, Mapping[str, CurveParameters]] = _sets()
