"""The deep kernel with a noise for each level: what it learns, and that only observations matter."""

import numpy as np
import pytest

from simdyhpo import simulate
from simdyhpo.analysis.calibration import by_kind
from simdyhpo.searchers.settings import CalibratedOptions, DeepKernelOptions
from simdyhpo.streams import Streams
from simdyhpo.surrogates.calibrated import CalibratedSurrogate
from simdyhpo.surrogates.gaussian_process import DeepKernelSurrogate
from simdyhpo.surrogates.level_noise import LevelNoise
from simdyhpo.testing import LawBroken, check_scheduler, check_surrogate
from simdyhpo.traces.in_memory import RunInMemory
from simdyhpo.traces.predictions import run_predictions


def test_a_level_learns_what_its_errors_had_beyond_their_variance():
    draw = Streams(0).generator("tests")
    noise = LevelNoise(memory=1000)
    for error in draw.standard_normal(4000):
        noise.take(1, 3 * error, 1.0)  # predicted with 1, of 9
        noise.take(5, error, 1.0)  # as large as predicted
        noise.take(8, 0.1 * error, 1.0)  # smaller: the same group as 5
    first, next_one, *_ = noise.at(np.array([1, 5, 8, 6]))
    # errors below their variance count as 0, so a little more than the difference stays
    assert first == pytest.approx(9 - 1, abs=1)
    assert 0 < next_one < 0.5
    assert noise.at(np.array([5, 8, 6])).tolist() == [next_one] * 3


def test_a_new_level_starts_with_the_mean_of_all():
    noise = LevelNoise(memory=10)
    assert noise.at(np.array([1, 7])).tolist() == [0, 0]
    noise.take(1, 2.0, 1.0)
    assert noise.at(np.array([2]))[0] == 3


def test_old_errors_are_forgotten():
    noise = LevelNoise(memory=10)
    for _ in range(50):
        noise.take(1, 10.0, 1.0)
    for _ in range(50):
        noise.take(1, 0.0, 1.0)
    assert noise.at(np.array([1]))[0] < 1


def test_the_law_for_surrogates_holds_with_it_and_not_without():
    check_surrogate(lambda streams: CalibratedSurrogate(CalibratedOptions(), streams))
    with pytest.raises(LawBroken):
        check_surrogate(lambda streams: DeepKernelSurrogate(DeepKernelOptions(), streams))


def test_in_a_run_errors_are_as_large_as_deviations():
    rms = {}
    for searcher in ("dyhpo", "dyhpo-calibrated"):
        options = {"searcher": searcher, "safeguard": False, "probability_sh": 0, "candidates": 60}
        run = simulate("digits-mlp", "dyhpo", seed=1, max_epochs=70, options=options)
        rms[searcher] = {kind: one.rms for kind, one in by_kind(run_predictions(RunInMemory(run))).items()}
    assert all(one < 2 for one in rms["dyhpo-calibrated"].values()), rms
    assert all(rms["dyhpo-calibrated"][kind] < rms["dyhpo"][kind] for kind in rms["dyhpo"]), rms


@pytest.mark.parametrize("law", ["asking", "told-alone", "pending"])
def test_laws(law):
    options = {
        "searcher": "dyhpo-calibrated",
        "probability_sh": 0,
        "steps": 1,
        "training_rows": 8,
        "candidates": 5,
    }
    check_scheduler("dyhpo", options, laws=[law])
