"""Square roots that are the same on every processor.

`torch.sqrt` is MKL's, which is within an ulp of the root: of a hundred doubles one is rounded otherwise than
it should be, and on an emulated processor of another vendor it was another one. numpy takes the processor's
own instruction, whose result IEEE 754 defines to the last bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch


def root(of: torch.Tensor) -> torch.Tensor:
    """The square root, element by element, rounded as IEEE 754 has it; autograd may go through it."""
    if of.requires_grad and torch.is_grad_enabled():
        taken: torch.Tensor = _Root.apply(of)  # type: ignore[no-untyped-call]
        return taken
    return root_(of.detach().clone())


def root_(of: torch.Tensor) -> torch.Tensor:
    """The same in its own memory."""
    values = of.numpy()
    with np.errstate(invalid="ignore"):  # of what is below 0: not a number, as torch has it
        np.sqrt(values, out=values)
    return of


class _Root(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, of: torch.Tensor) -> torch.Tensor:  # noqa: ANN401 - torch's own
        taken = root_(of.detach().clone())
        context.save_for_backward(taken)
        return taken

    @staticmethod
    def backward(context: Any, *slopes: torch.Tensor) -> torch.Tensor:  # noqa: ANN401
        (taken,) = context.saved_tensors
        halved: torch.Tensor = slopes[0] / (2 * taken)
        return halved
