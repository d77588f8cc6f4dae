"""Roots that don't depend on the processor: those of IEEE 754."""

import numpy as np
import torch

from simdyhpo.streams import Streams
from simdyhpo.surrogates.roots import root, root_


def test_the_last_digits_are_those_of_ieee_754():
    """numpy's root is the processor's instruction, which IEEE 754 prescribes to the last digit."""
    draw = Streams(0).generator("tests")
    for kind in (np.float64, np.float32):
        values = np.exp(draw.normal(scale=9, size=10_007)).astype(kind)
        for asked in (False, True):
            given = torch.from_numpy(values.copy()).requires_grad_(asked)
            ours = root(given).detach().numpy()
            assert ours.dtype == kind
            assert np.array_equal(ours, np.sqrt(values))
            assert np.array_equal(given.detach().numpy(), values)


def test_the_ends():
    ends = torch.tensor([0.0, torch.inf, 5e-324, 1.0, 4.0, -1.0], dtype=torch.float64)
    assert root(ends)[[0, 1, 3, 4]].tolist() == [0, torch.inf, 1, 2]
    assert root(ends)[2] == np.sqrt(5e-324)
    assert root(ends)[5].isnan()


def test_in_its_own_memory():
    values = torch.tensor([[4.0, 9.0], [0.25, 2.0]], dtype=torch.float64)
    expected = root(values)
    assert root_(values.T).data_ptr() == values.data_ptr()
    assert torch.equal(values, expected)


def test_its_gradient():
    torch.autograd.gradcheck(root, torch.tensor([0.3, 2.0, 70.0], dtype=torch.float64, requires_grad=True))
