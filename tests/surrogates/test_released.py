"""The authors' schedule: when it starts from scratch, and that trouble is counted."""

import numpy as np
import pytest
import torch

from simdyhpo.errors import SimdyhpoError
from simdyhpo.streams import Streams
from simdyhpo.surrogates.models import DeepKernelGP
from simdyhpo.surrogates.released import ReleasedSurrogate
from simdyhpo.surrogates.settings import ReleasedSettings
from tests.surrogates.conftest import observed

ALL = np.arange(12)
QUICK = ReleasedSettings(scratch_updates=3, scratch_steps=4, refine_steps=2, patience=0.5)


def run(surrogate, order, curves, features):
    for count in range(1, len(order) + 1):
        surrogate.fit(observed(order[:count], curves, features))
        answer = surrogate.predict(ALL, np.full(12, 1))
    return answer


def test_first_updates_and_standstill_start_from_scratch(curves, features):
    surrogate = ReleasedSurrogate(QUICK, Streams(0))
    # The best value comes first; from then on nothing improves. Patience is int(0.5 * 6) = 3 updates.
    order = [(5, 6), (0, 1), (1, 1), (2, 1), (3, 1), (4, 1), (6, 1), (7, 1)]
    run(surrogate, order, curves, features)
    counts = surrogate.diagnostics()
    # Updates 1, 2, 3 are first ones; 4 and 7 follow three updates without improvement.
    assert counts == {"updates": 8, "from_scratch": 5, "numerical_errors": 0}


def test_without_new_values_there_is_no_update(curves, features):
    surrogate = ReleasedSurrogate(QUICK, Streams(0))
    surrogate.fit(observed([(0, 1), (1, 1)], curves, features))
    first = surrogate.predict(ALL, np.full(12, 1))
    second = surrogate.predict(ALL, np.full(12, 1))
    np.testing.assert_array_equal(first, second)
    assert surrogate.diagnostics()["updates"] == 1


def test_learns_which_configurations_are_good(curves, features):
    surrogate = ReleasedSurrogate(ReleasedSettings(scratch_steps=300), Streams(0))
    surrogate.fit(observed([(i, r) for i in range(0, 12, 2) for r in range(1, 5)], curves, features))
    unseen = np.arange(1, 12, 2)
    mean, deviation = surrogate.predict(unseen, np.full(6, 2))
    assert np.corrcoef(mean, curves[unseen, 1])[0, 1] > 0.5
    assert (deviation > 0).all()


def test_predictions_are_gpytorchs_with_noise(curves, features):
    """On fixed weights, against the textbook formula in double precision."""
    surrogate = ReleasedSurrogate(QUICK, Streams(0))
    observations = observed([(0, 1), (3, 1), (3, 2), (7, 1)], curves, features)
    surrogate.fit(observations)
    mean, deviation = surrogate.predict(np.array([9]), np.array([1]))
    model: DeepKernelGP = surrogate._model
    with torch.no_grad():
        rows = model.train_inputs[0].double()
        zeros = torch.zeros(1, 3)
        query = model.features(torch.tensor([[features[9, 0], 1 / 6]]).float(), zeros).double()
        model.double()
        prior = model.prior()
        rows, query = prior.embedded(rows), prior.embedded(query)
        matrix = prior.covariance(rows, rows) + model.noise() * torch.eye(4)
        cross = prior.covariance(rows, query)[:, 0]
        solved = torch.linalg.solve(matrix, cross)
        targets = -torch.from_numpy(observations.values)
        expected = prior.mean(query) + solved @ (targets - prior.mean(rows))
        variance = prior.variance(query) - solved @ cross + model.noise()
    np.testing.assert_allclose(-mean, expected.numpy(), atol=1e-4)
    np.testing.assert_allclose(deviation, variance.sqrt().numpy(), rtol=1e-3)


def test_numerical_trouble_is_counted_and_never_a_prediction(curves, features):
    wild = curves.copy()
    wild[2, 0] = 1e38  # its square leaves single precision
    surrogate = ReleasedSurrogate(QUICK, Streams(0))
    with pytest.raises(SimdyhpoError, match=r"which reach 1e\+38 in size: take the searcher 'dyhpo'"):
        run(surrogate, [(0, 1), (1, 1), (2, 1), (3, 1)], wild, features)
    assert surrogate.diagnostics()["numerical_errors"] > 0


def test_pending_trials_leave_means_alone(curves, features):
    order = [(0, 1), (3, 1), (3, 2), (7, 1)]
    alone, busy = ReleasedSurrogate(QUICK, Streams(0)), ReleasedSurrogate(QUICK, Streams(0))
    alone.fit(observed(order, curves, features))
    busy.fit(observed(order, curves, features, pending=[(9, 1)]))
    one, other = alone.predict(ALL, np.full(12, 1)), busy.predict(ALL, np.full(12, 1))
    np.testing.assert_allclose(one[0], other[0], atol=1e-4)
    assert other[1][9] < one[1][9]
