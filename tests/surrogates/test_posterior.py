"""The extended posterior equals one that is conditioned from scratch."""

import pytest
import torch

from simdyhpo.surrogates.models import DecayGP, DeepKernelGP
from simdyhpo.surrogates.posterior import Posterior

ROWS, QUERIES, JITTER = 90, 7, 1e-6


@pytest.fixture(params=["deep", "decay"])
def model(request):
    torch.manual_seed(0)
    made = DeepKernelGP(3, curve_branch=False) if request.param == "deep" else DecayGP(3)
    with torch.no_grad():
        yield made.double().eval()


@pytest.fixture
def data(model):
    generator = torch.Generator().manual_seed(2)
    width = 128 if isinstance(model, DeepKernelGP) else 4
    rows = torch.rand(ROWS, width, generator=generator, dtype=torch.float64)
    queries = torch.rand(QUERIES, width, generator=generator, dtype=torch.float64)
    return rows, torch.randn(ROWS, generator=generator, dtype=torch.float64), queries


def dense(model, rows, targets, queries):
    """Textbook formulas."""
    noise = model.noise() + JITTER * model.scale()
    matrix = model.covariance(rows, rows) + noise * torch.eye(len(rows), dtype=torch.float64)
    cross = model.covariance(rows, queries)
    solved = torch.linalg.solve(matrix, cross)
    mean = model.mean(queries) + solved.T @ (targets - model.mean(rows))
    return mean, model.variance(queries) - (cross * solved).sum(dim=0)


def close(found, expected):
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-7, atol=1e-8)


def nothing(queries):
    return queries[:0]


def test_conditioned_at_once(model, data):
    rows, targets, queries = data
    posterior = Posterior(model, JITTER, rows, targets, queries)
    close(posterior.predict(nothing(queries)), dense(model, rows, targets, queries))


def test_row_by_row_past_its_room(model, data):
    rows, targets, queries = data
    posterior = Posterior(model, JITTER, rows[:1], targets[:1], queries)
    for row, target in zip(rows[1:], targets[1:], strict=True):
        posterior.append(row, target)
    assert posterior.count == ROWS
    close(posterior.predict(nothing(queries)), dense(model, rows, targets, queries))


def test_changed_queries_between_rows(model, data):
    rows, targets, queries = data
    posterior = Posterior(model, JITTER, rows[:5], targets[:5], queries)
    changed = queries.flip(0)
    posterior.append(rows[5], targets[5])
    posterior.change_queries(torch.tensor([0, 3]), changed[[0, 3]])
    posterior.append(rows[6], targets[6])
    now = queries.clone()
    now[[0, 3]] = changed[[0, 3]]
    close(posterior.predict(nothing(queries)), dense(model, rows[:7], targets[:7], now))


def test_pending_rows_count_as_observed_at_their_mean(model, data):
    rows, targets, queries = data
    posterior = Posterior(model, JITTER, rows[:6], targets[:6], queries)
    pending = rows[6:9]
    means, _ = dense(model, rows[:6], targets[:6], pending)
    expected = dense(model, rows[:9], torch.cat([targets[:6], means]), queries)
    close(posterior.predict(pending), expected)
    # They leave no trace.
    close(posterior.predict(nothing(queries)), dense(model, rows[:6], targets[:6], queries))


def test_duplicate_rows_and_hardly_any_noise(data):
    """Equal rows make the matrix singular: more jitter is needed, and counted."""
    torch.manual_seed(0)
    model = DeepKernelGP(3, curve_branch=False).double().eval()
    rows = torch.ones(40, 128, dtype=torch.float64)
    queries = torch.ones(1, 128, dtype=torch.float64)
    with torch.no_grad():
        model.noise = lambda: torch.zeros((), dtype=torch.float64)
        posterior = Posterior(model, 1e-20, rows, torch.ones(40, dtype=torch.float64), queries)
        posterior.append(rows[0], torch.ones((), dtype=torch.float64))
        mean, variance = posterior.predict(queries[:0])
    assert posterior.jitters > 0
    assert mean.isfinite().all()
    assert (variance >= 0).all()
