"""The table of the replay benchmarks: 1,000 configurations on a 10 x 10 x 10 grid, 52 epochs, smooth curves.

Made of numpy alone: the reference's environment, which has no simdyhpo, makes the same table from this file.
"""

from __future__ import annotations

import numpy as np

SIDE = 10
EPOCHS = 52
NAMES = ("x", "y", "z")


def grid(side: int = SIDE, epochs: int = EPOCHS) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Configurations (n, 3), losses (n, epochs) and cumulative seconds (n, epochs), with n = side ** 3."""
    draw = np.random.default_rng(20)
    ticks = np.linspace(0.0, 1.0, side)
    points = np.stack(np.meshgrid(ticks, ticks, ticks, indexing="ij"), axis=-1).reshape(-1, len(NAMES))
    n = len(points)
    floor = 0.05 + 0.6 * ((points - 0.37) ** 2).sum(axis=1) + 0.05 * draw.random(n)
    speed = 0.3 + draw.random(n)
    epoch = np.arange(1, epochs + 1)
    losses = floor[:, None] + (1 - floor[:, None]) * epoch[None, :] ** -speed[:, None]
    losses = losses + 0.005 * draw.standard_normal((n, epochs))
    # Not shorter: the reference's simulated clock includes delays for each report, so that with 1,000 workers
    # and short epochs two reports of a trial arrive at once and pass its milestone: an error there.
    seconds_an_epoch = 40 + 20 * draw.random(n)
    seconds = np.cumsum(seconds_an_epoch[:, None] * (0.9 + 0.2 * draw.random((n, epochs))), axis=1)
    return points, losses, seconds
