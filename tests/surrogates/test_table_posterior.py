"""On a table: the prior is that of `DecayGP`, the posterior the textbook's, and bounds are bounds."""

import numpy as np
import pytest
import torch

from simdyhpo.searchers.settings import FreezeThawOptions
from simdyhpo.streams import Streams
from simdyhpo.surrogates.acquisition import log_probability_below
from simdyhpo.surrogates.algebra import SCIPYS, TORCHS
from simdyhpo.surrogates.freeze_thaw import FreezeThawSurrogate
from simdyhpo.surrogates.gaussian_process import DecaySurrogate
from simdyhpo.surrogates.models import DecayGP
from simdyhpo.surrogates.on_table import OnTable
from simdyhpo.surrogates.table_posterior import TablePosterior
from simdyhpo.surrogates.table_prior import TablePrior
from tests.surrogates.conftest import observed
from tests.surrogates.test_posterior import JITTER, close, dense, imputed

CONFIGURATIONS, LARGEST, ROWS = 20, 9, 60


@pytest.fixture
def model():
    made = DecayGP(3).double()
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for one in made.parameters():
            one.add_(torch.randn(one.shape, generator=generator, dtype=torch.float64), alpha=0.4)
        yield made


@pytest.fixture
def features():
    return torch.rand(CONFIGURATIONS, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


@pytest.fixture
def rows():
    """Curves of 12 configurations that grow in turn, some of them twice: sampled with replacement."""
    draw, lengths, made = Streams(0).generator("tests"), np.zeros(12, dtype=int), []
    while len(made) < ROWS:
        one = draw.integers(12)
        lengths[one] = lengths[one] % LARGEST + 1
        made.append([one, lengths[one]])
    return torch.tensor(made, dtype=torch.float64)


@pytest.fixture
def targets():
    return torch.randn(ROWS, generator=torch.Generator().manual_seed(2), dtype=torch.float64)


@pytest.fixture
def queries():
    every = [[c, r] for c in range(CONFIGURATIONS) for r in range(1, LARGEST + 1)]
    return torch.tensor(every, dtype=torch.float64)


def plain(rows, features):
    """What `DecayGP` takes."""
    return torch.cat([features[rows[:, 0].long()], rows[:, 1:] / LARGEST], dim=1)


def test_the_prior_is_the_models(model, features, rows, queries):
    ours, theirs = TablePrior.of(model, features, LARGEST), model.prior()
    left, right = theirs.embedded(plain(rows, features)), theirs.embedded(plain(queries, features))
    for found, expected in (
        (ours.mean(rows), theirs.mean(left)),
        (ours.variance(rows), theirs.variance(left)),
        (ours.covariance(rows, queries), theirs.covariance(left, right)),
    ):
        torch.testing.assert_close(found, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("algebra", [TORCHS, SCIPYS], ids=["torch", "scipy"])
def test_the_posterior_while_rows_come_is_the_textbooks(model, features, rows, targets, queries, algebra):
    posterior = TablePosterior(OnTable(model, features, LARGEST), JITTER, rows[:20], targets[:20], algebra)
    for count in range(20, ROWS + 1, 10):
        for row in range(posterior.count, count):
            posterior.append(rows[row], targets[row])
        expected = dense(model, plain(rows[:count], features), targets[:count], plain(queries, features))
        close(posterior.predict_at(queries), expected)
        mean, most = posterior.at_most(queries)
        close((mean,), expected[:1])
        assert (most >= expected[1] - 1e-9).all()
        assert (most - expected[1]).mean() < 0.25 * (model.scale() - expected[1]).mean()  # no loose ones
    posterior.expect(rows[:3])
    known, waiting = plain(rows, features), plain(rows[:3], features)
    close(posterior.predict_at(queries), imputed(model, known, targets, waiting, plain(queries, features)))
    close(posterior.at_most(queries), (mean, most))


@pytest.mark.parametrize("options", [{}, {"noise_in_deviation": True}, {"refit": "growth"}], ids=str)
@pytest.mark.parametrize("pending", [[], [(5, 2), (3, 2)]], ids=["alone", "pending"])
def test_the_two_likeliest_are_those_of_the_plain_model(options, pending, curves, features):
    """Refits, conditioning and scores of all candidates, beside `DecaySurrogate`'s, whatever is asked for."""
    settings = FreezeThawOptions(**options)
    table = features[:12].numpy()
    fast, plainly = (kind(settings, Streams(0)) for kind in (FreezeThawSurrogate, DecaySurrogate))
    order = [(c, 1) for c in range(8)] + [(3, 2), (0, 2), (0, 3), (8, 1), (9, 1), (0, 4)]
    bounds = 0
    for count in range(6, len(order) + 1):
        seen = observed(order[:count], curves, table, pending)
        fast.fit(seen), plainly.fit(seen)
        configurations = np.repeat(np.arange(12), 6)
        resources = np.tile(np.arange(1, 7), 12)
        expected = plainly.predict(configurations, resources)
        for found, one in zip(fast.predict(configurations, resources), expected, strict=True):
            np.testing.assert_allclose(found, one, rtol=1e-6, atol=1e-8)
        for threshold in (-1.0, float(expected[0].min()) - 0.01, float(np.median(expected[0]))):
            scores = log_probability_below(*expected, threshold)
            mean, deviation, likely = fast.likeliest(configurations, resources, threshold)
            two = np.argsort(-scores, kind="stable")[:2]
            np.testing.assert_array_equal(np.argsort(-likely, kind="stable")[:2], two)
            np.testing.assert_allclose(likely[two], scores[two], rtol=1e-5)
            np.testing.assert_allclose(mean, expected[0], rtol=1e-6, atol=1e-8)
            np.testing.assert_allclose(deviation[two], expected[1][two], rtol=1e-5)
            assert (deviation >= expected[1] * (1 - 1e-6)).all()
            bounds += int((deviation > expected[1] * (1 + 1e-7)).sum())
    assert bounds  # of some candidates no more than a bound was worked out
    assert fast.diagnostics() == plainly.diagnostics()
