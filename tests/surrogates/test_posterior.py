"""The extended posterior equals one that is conditioned from scratch."""

import pytest
import torch

from simdyhpo.streams import Streams
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
    noise, prior = model.noise() + JITTER * model.scale(), model.prior()
    rows, queries = prior.embedded(rows), prior.embedded(queries)
    matrix = prior.covariance(rows, rows) + noise * torch.eye(len(rows), dtype=torch.float64)
    cross = prior.covariance(rows, queries)
    solved = torch.linalg.solve(matrix, cross)
    mean = prior.mean(queries) + solved.T @ (targets - prior.mean(rows))
    return mean, prior.variance(queries) - (cross * solved).sum(dim=0)


def close(found, expected):
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-7, atol=1e-8)


def test_conditioned_at_once(model, data):
    rows, targets, queries = data
    posterior = Posterior(model, JITTER, rows, targets, queries)
    close(posterior.predict(), dense(model, rows, targets, queries))


def test_row_by_row_past_its_room(model, data):
    rows, targets, queries = data
    posterior = Posterior(model, JITTER, rows[:1], targets[:1], queries)
    for row, target in zip(rows[1:], targets[1:], strict=True):
        posterior.append(row, target)
    assert posterior.count == ROWS
    close(posterior.predict(), dense(model, rows, targets, queries))


def test_changed_queries_between_rows(model, data):
    rows, targets, queries = data
    posterior = Posterior(model, JITTER, rows[:5], targets[:5], queries)
    changed = queries.flip(0)
    posterior.append(rows[5], targets[5])
    posterior.change_queries(torch.tensor([0, 3]), changed[[0, 3]])
    posterior.append(rows[6], targets[6])
    now = queries.clone()
    now[[0, 3]] = changed[[0, 3]]
    close(posterior.predict(), dense(model, rows[:7], targets[:7], now))


def imputed(model, rows, targets, waiting, queries):
    """As if rows that wait had been observed at their mean."""
    means, _ = dense(model, rows, targets, waiting)
    return dense(model, torch.cat([rows, waiting]), torch.cat([targets, means]), queries)


def test_rows_that_wait_count_as_observed_at_their_mean(model, data):
    rows, targets, queries = data
    posterior = Posterior(model, JITTER, rows[:6], targets[:6], queries)
    posterior.expect(rows[6:9])
    close(posterior.predict(), imputed(model, rows[:6], targets[:6], rows[6:9], queries))
    other = queries.flip(1)
    close(posterior.predict_at(other), imputed(model, rows[:6], targets[:6], rows[6:9], other))
    close(posterior.predict_at(other, waiting=False), dense(model, rows[:6], targets[:6], other))
    for _ in range(3):
        posterior.forget(0)
    close(posterior.predict(), dense(model, rows[:6], targets[:6], queries))


def test_rows_come_and_go_in_any_order(model, data):
    rows, targets, queries = data
    queries = queries.clone()
    draw = Streams(0).generator("tests")
    posterior = Posterior(model, JITTER, rows[:2], targets[:2], queries)
    known, waiting, ahead = [0, 1], [], list(range(2, ROWS))
    while ahead:
        step = draw.integers(5)
        if step == 0:
            new = [ahead.pop() for _ in range(min(len(ahead), 4))]
            posterior.expect(rows[new])
            waiting += new
        elif step == 1 and waiting:
            place = int(draw.integers(len(waiting)))
            posterior.observe(place, targets[waiting[place]])
            known.append(waiting[place])
            waiting[place] = waiting[-1]
            waiting.pop()
        elif step == 2 and waiting:
            place = int(draw.integers(len(waiting)))
            posterior.forget(place)
            waiting[place] = waiting[-1]
            waiting.pop()
        elif step == 3:
            known.append(ahead.pop())
            posterior.append(rows[known[-1]], targets[known[-1]])
        elif step == 4:  # a query becomes what is observed later, and waits
            which = int(draw.integers(QUERIES))
            waiting.append(ahead.pop())
            queries[which] = rows[waiting[-1]]
            posterior.change_queries(torch.tensor([which]), queries[[which]])
            posterior.expect_queries(torch.tensor([which]))
    assert (posterior.count, posterior.waiting) == (len(known), len(waiting))
    assert waiting
    close(posterior.predict(), imputed(model, rows[known], targets[known], rows[waiting], queries))


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
        mean, variance = posterior.predict()
    assert posterior.jitters > 0
    assert mean.isfinite().all()
    assert (variance >= 0).all()
