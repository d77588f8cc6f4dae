"""Our Adams take the steps of torch's, and loads nothing that makes one wait."""

import copy
import subprocess
import sys

import torch

from simdyhpo.streams import Streams
from simdyhpo.surrogates.adam import Adam, FusedAdam
from simdyhpo.surrogates.marginal_likelihood import negative_log_likelihood
from simdyhpo.surrogates.models import DeepKernelGP


def test_the_steps_of_torch():
    draw = Streams(0).generator("tests")
    inputs, curves = torch.from_numpy(draw.random((20, 4))), torch.from_numpy(draw.random((20, 6)))
    targets = torch.from_numpy(draw.standard_normal(20))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        model = DeepKernelGP(3, curve_branch=True).double().train()
    other = copy.deepcopy(model)
    for one, optimiser in (
        (model, Adam(model.parameters(), 0.01)),
        (other, torch.optim.Adam(other.parameters(), lr=0.01)),
    ):
        for _ in range(25):
            optimiser.zero_grad()
            loss, _ = negative_log_likelihood(one, one.features(inputs, curves), targets, 1e-6)
            loss.backward()
            optimiser.step()
    for (name, ours), theirs in zip(model.named_parameters(), other.parameters(), strict=True):
        # Where a gradient is mere rounding, a step makes it larger: torch rounds its root otherwise.
        torch.testing.assert_close(ours, theirs, rtol=1e-7, atol=1e-9, msg=name)
        assert not torch.equal(ours, torch.zeros_like(ours))


def test_one_vector_in_one_pass():
    """To the last digit as torch's own, whose operation is no public one."""
    ours = torch.linspace(-1, 1, 1001)
    theirs = ours.clone()
    optimisers = FusedAdam(ours, 0.01), torch.optim.Adam([theirs], lr=0.01, fused=True)
    for step in range(5):
        ours.grad, theirs.grad = (ours - step).sin(), (theirs - step).sin()
        for one in optimisers:
            one.step()
    assert torch.equal(ours, theirs)
    assert not torch.allclose(ours, torch.linspace(-1, 1, 1001))


def test_a_parameter_without_a_gradient_stays():
    used, unused = torch.nn.Parameter(torch.ones(3)), torch.nn.Parameter(torch.ones(2, 2))
    optimiser = Adam([used, unused], 0.5)
    used.square().sum().backward()
    optimiser.step()
    assert unused.tolist() == [[1, 1], [1, 1]]
    torch.testing.assert_close(used, torch.full((3,), 0.5))


def test_a_state_is_taken_back():
    model = torch.nn.Linear(2, 1).double()
    before = copy.deepcopy(model.state_dict())
    optimiser = Adam(model.parameters(), 0.1)
    for _ in range(3):
        optimiser.zero_grad()
        model(torch.ones(4, 2, dtype=torch.float64)).sum().backward()
        optimiser.step()
    assert not torch.equal(model.weight, before["weight"])
    model.load_state_dict(before)
    assert torch.equal(model.weight, before["weight"])


def test_no_compiler_is_loaded():
    """A refit in a process of its own: torch's compiler takes more than a second to load."""
    code = """
import sys, torch
from simdyhpo.surrogates.models import DecayGP
from simdyhpo.surrogates.training import train
before = set(sys.modules)
inputs, curves = torch.rand(4, 3, dtype=torch.float64), torch.zeros(4, 0, dtype=torch.float64)
targets = torch.arange(4, dtype=torch.float64)
assert train(DecayGP(2).double(), inputs, curves, targets, learning_rate=0.1, steps=2, jitter=1e-6)
late = sorted(name for name in set(sys.modules) - before if name.startswith("torch._dynamo"))
sys.exit(", ".join(late[:3]) or None)
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
