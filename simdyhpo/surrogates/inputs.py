"""From observations to what a network sees: hyperparameters, a resource, and a curve up to some point."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from simdyhpo.protocols import Observations
from simdyhpo.surrogates.network import padded, visible
from simdyhpo.surrogates.targets import Scaling

Integers = npt.NDArray[np.int64]


def inputs_of(
    observed: Observations,
    configurations: Integers,
    resources: Integers,
    seen: Integers,
    curves_by: Scaling | None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs (m, d + 1), and curves (m, length) of which the first `seen` values show.

    Args:
        observed: hyperparameters and curves.
        configurations: (m,).
        resources: (m,) enter as a share of the largest.
        seen: (m,) how many values of each curve show; the rest is 0.
        curves_by: how their values are scaled; none: no curves, (m, 0).
    """
    share = resources[:, None] / observed.max_resource
    inputs = torch.from_numpy(np.concatenate([observed.features[configurations], share], axis=1))
    if curves_by is None:
        return inputs, torch.zeros((len(inputs), 0), dtype=torch.float64)
    width = visible(int(seen.max(initial=0)), observed.max_resource)
    curves = curves_by.apply(observed.curves[configurations, :width])
    shown = np.arange(width)[None, :] < seen[:, None]
    curves = np.where(shown & np.isfinite(curves), curves, 0.0)
    return inputs, padded(torch.from_numpy(curves))
