"""The fast surrogates: what they learn, that asking changes nothing, and numerical trouble."""

import msgspec
import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_info, threadpool_limits

from simdyhpo.streams import Streams
from simdyhpo.surrogates.freeze_thaw import FreezeThawSurrogate
from simdyhpo.surrogates.gaussian_process import DecaySurrogate, DeepKernelSurrogate
from simdyhpo.surrogates.on_table import TableDecaySurrogate
from simdyhpo.surrogates.settings import DeepKernelSettings, GaussianProcessSettings
from simdyhpo.surrogates.threads import one_thread
from tests.surrogates.conftest import observed

ORDER = [(i, 1) for i in range(0, 12, 2)] + [(4, 2), (4, 3), (1, 1), (4, 4), (0, 2), (6, 2), (6, 3), (3, 1)]
ALL = np.arange(12)
SURROGATES = {
    "deep kernel": (DeepKernelSurrogate, DeepKernelSettings()),
    "no curve": (DeepKernelSurrogate, DeepKernelSettings(curve_branch=False)),
    "raw targets": (DeepKernelSurrogate, DeepKernelSettings(standardise=False)),
    "decay": (DecaySurrogate, GaussianProcessSettings(refit="new-configuration", learning_rate=0.05)),
    "on a table": (
        TableDecaySurrogate,
        GaussianProcessSettings(refit="new-configuration", learning_rate=0.05),
    ),
    "freeze-thaw": (
        FreezeThawSurrogate,
        GaussianProcessSettings(refit="new-configuration", learning_rate=0.05),
    ),
}


@pytest.fixture(params=sorted(SURROGATES))
def make(request):
    kind, settings = SURROGATES[request.param]
    return lambda **changes: kind(msgspec.structs.replace(settings, **changes), Streams(3))


def next_levels(observations):
    return np.minimum(observations.lengths + 1, observations.max_resource)


def test_learns_which_configurations_are_good(make, curves, features):
    observations = observed([(i, r) for i in range(0, 12, 2) for r in range(1, 5)], curves, features)
    surrogate = make(steps=200)
    surrogate.fit(observations)
    unseen = np.arange(1, 12, 2)
    mean, deviation = surrogate.predict(unseen, np.full(6, 2))
    assert np.corrcoef(mean, curves[unseen, 1])[0, 1] > 0.7
    assert (deviation > 0).all()
    assert mean.min() > -1
    assert mean.max() < 3


def test_when_it_is_asked_changes_nothing(make, curves, features):
    often, once = make(), make()
    for count in range(2, len(ORDER) + 1):
        observations = observed(ORDER[:count], curves, features)
        often.fit(observations)
        step_by_step = often.predict(ALL, next_levels(observations))
    once.fit(observations)
    at_once = once.predict(ALL, next_levels(observations))
    np.testing.assert_allclose(step_by_step[0], at_once[0], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(step_by_step[1], at_once[1], rtol=1e-5, atol=1e-7)


def test_same_seed_same_bytes_other_seed_other_weights(curves, features):
    def predict(seed):
        surrogate = DeepKernelSurrogate(DeepKernelSettings(seed=seed), Streams(0))
        surrogate.fit(observed(ORDER, curves, features))
        return surrogate.predict(ALL, np.full(12, 6))[0].tobytes()

    torch.manual_seed(99)  # the caller's generator is not ours
    state = torch.get_rng_state()
    assert predict(0) == predict(0) != predict(1)
    assert torch.equal(torch.get_rng_state(), state)


def test_threads_come_back(make, curves, features):
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        surrogate = make()
        surrogate.fit(observed(ORDER, curves, features))
        surrogate.predict(ALL, np.full(12, 6))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_one_thread_for_all_libraries_and_theirs_come_back():
    import scipy.linalg.blas  # noqa: F401 - with a library of its own

    def threads():
        return [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]

    with threadpool_limits(2):
        before = threads()
        with one_thread():
            assert threads() == [1] * len(before)
        assert threads() == before


def test_pending_trials_make_their_neighbourhood_surer(make, curves, features):
    alone, with_pending = make(), make()
    alone.fit(observed(ORDER, curves, features))
    with_pending.fit(observed(ORDER, curves, features, pending=[(9, 1), (4, 5)]))
    levels = np.full(12, 1)
    one, other = alone.predict(ALL, levels), with_pending.predict(ALL, levels)
    np.testing.assert_allclose(one[0], other[0])
    assert (other[1] <= one[1] + 1e-12).all()
    assert other[1][9] < one[1][9]


def test_refits_follow_the_growth_of_the_data(curves, features):
    surrogate = DeepKernelSurrogate(DeepKernelSettings(refit_growth=0.5, steps=1), Streams(0))
    observations = observed(ORDER, curves, features)
    surrogate.fit(observations)
    surrogate.predict(ALL, next_levels(observations))
    assert surrogate.diagnostics()["refits"] == len([2, 3, 5, 8, 12])


def test_refits_follow_new_configurations(curves, features):
    surrogate = DecaySurrogate(GaussianProcessSettings(refit="new-configuration", steps=1), Streams(0))
    for count in range(1, len(ORDER) + 1):
        surrogate.fit(observed(ORDER[:count], curves, features))
        surrogate.predict(ALL, np.full(12, 1))
    # Eight configurations; the first alone is not enough to train on.
    assert surrogate.diagnostics()["refits"] == 7


def test_noise_in_the_deviation(curves, features):
    def variances(noise):
        surrogate = DeepKernelSurrogate(DeepKernelSettings(noise_in_deviation=noise), Streams(0))
        surrogate.fit(observed(ORDER, curves, features))
        return surrogate.predict(ALL, np.full(12, 1))[1] ** 2

    differences = variances(True) - variances(False)
    assert (differences > 0).all()
    np.testing.assert_allclose(differences, differences[0])


@pytest.mark.parametrize(
    ("name", "order"),
    [("one", [(3, 1)]), ("two", [(3, 1), (4, 1)]), ("duplicates", [(3, 1)] * 30)],
)
def test_few_or_equal_observations(make, name, order, curves, features):
    surrogate = make()
    surrogate.fit(observed(order, curves, features))
    mean, deviation = surrogate.predict(ALL, np.full(12, 1))
    assert np.isfinite(mean).all()
    assert np.isfinite(deviation).all()


def test_constant_targets(make, curves, features):
    surrogate = make()
    surrogate.fit(observed(ORDER, np.full_like(curves, 0.5), features))
    mean, deviation = surrogate.predict(ALL, np.full(12, 3))
    assert np.isfinite(deviation).all()
    np.testing.assert_allclose(mean, 0.5, atol=0.6)


def test_a_diverged_curve_does_not_drown_the_others(curves, features):
    wild = curves.copy()
    wild[4, 2:] = 1e30
    surrogate = DeepKernelSurrogate(DeepKernelSettings(), Streams(0))
    surrogate.fit(observed(ORDER, wild, features))
    mean, _ = surrogate.predict(ALL, np.full(12, 1))
    assert np.isfinite(mean).all()
    assert abs(mean[1]) < 10
    assert surrogate.diagnostics()["failed_refits"] == 0


def test_training_rows_bound_a_refit(curves, features):
    surrogate = DeepKernelSurrogate(DeepKernelSettings(training_rows=3), Streams(0))
    surrogate.fit(observed(ORDER, curves, features))
    mean, _ = surrogate.predict(ALL, np.full(12, 1))
    assert np.isfinite(mean).all()
    assert surrogate.diagnostics()["failed_refits"] == 0


def test_a_failed_refit_is_counted(curves, features):
    broken = features.copy()
    broken[4] = np.nan
    surrogate = DeepKernelSurrogate(DeepKernelSettings(), Streams(0))
    surrogate.fit(observed([(4, 1), (5, 1)], curves, broken))
    with pytest.raises(AssertionError, match="not finite"):
        surrogate.predict(np.array([5]), np.array([1]))
    assert surrogate.diagnostics()["failed_refits"] == 1
