"""The law for surrogates passes one that knows how wrong it can be, and no other."""

import numpy as np
import pytest

from simdyhpo.searchers.settings import DecayOptions
from simdyhpo.surrogates.gaussian_process import DecaySurrogate
from simdyhpo.testing import LawBroken, check_surrogate


class LastValue:
    """Predicts the mean step of all curves, or the mean first value; their spread says how sure it is."""

    def __init__(self, factor=1.0):
        self.factor = factor

    def fit(self, observations):
        self.observations = observations

    def predict(self, configurations, resources):
        seen = self.observations
        firsts = seen.values[seen.resources == 1]
        steps = seen.curves[:, 1:] - seen.curves[:, :-1]
        steps = steps[np.isfinite(steps)]
        if resources[0] == 1:
            mean, spread = firsts.mean(), firsts.std() if len(firsts) > 1 else 1.0
        else:
            step = steps.mean() if steps.size else 0.0
            mean = seen.curves[configurations[0], resources[0] - 2] + step
            spread = steps.std() if steps.size > 1 else 1.0
        return np.array([mean]), np.array([self.factor * spread])

    def diagnostics(self):
        return {}


def test_an_honest_one_passes():
    measured = check_surrogate(lambda streams: LastValue())
    assert {kind: 0.5 <= one.rms <= 2 for kind, one in measured.items()} == {
        "first look": True, "continuation": True
    }  # fmt: skip


@pytest.mark.parametrize(("factor", "said"), [(0.2, "mean square"), (5, "mean square"), (0, "sound")])
def test_one_that_claims_too_much_or_too_little_fails(factor, said):
    with pytest.raises(LawBroken, match=said):
        check_surrogate(lambda streams: LastValue(factor))


def test_a_gaussian_process_with_its_noise_passes_and_without_it_fails():
    def made(streams, *, noise):
        return DecaySurrogate(DecayOptions(noise_in_deviation=noise), streams)

    check_surrogate(lambda streams: made(streams, noise=True))
    with pytest.raises(LawBroken, match="first look"):
        check_surrogate(lambda streams: made(streams, noise=False))
