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
from tests.surrogates.conftest import observed


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


def test_an_odd_error_widens_its_level_less_if_errors_are_cut():
    usual, cut = LevelNoise(memory=10), LevelNoise(memory=10, cut=2)
    for noise in (usual, cut):
        for _ in range(30):
            noise.take(1, 2.0, 1.0)
        noise.take(1, 1000.0, 1.0)
    assert usual.at(np.array([1]))[0] > 10_000
    assert 3 < cut.at(np.array([1]))[0] < 6  # as one of two deviations, of 4 each: 16 - 1 for 3, once in ten


def test_cut_errors_still_say_how_large_errors_are():
    draw = Streams(0).generator("tests")
    noise = LevelNoise(memory=1000, cut=2)
    for error in draw.standard_normal(4000):
        noise.take(1, 3 * error, 1.0)
    assert noise.at(np.array([1]))[0] == pytest.approx(9 - 1, rel=0.2)


def test_the_function_alone_is_as_without_noise(curves, features):
    noisy, alone = (
        make(CalibratedOptions(steps=3), Streams(0)) for make in (CalibratedSurrogate, DeepKernelSurrogate)
    )
    for one in (noisy, alone):
        one.fit(observed([(i, r) for i in range(6) for r in (1, 2)], curves, features))
    asked = np.arange(12), np.full(12, 3)
    for told, wanted in zip(noisy.predict_function(*asked), alone.predict(*asked), strict=True):
        np.testing.assert_allclose(told, wanted, rtol=1e-5)
    assert (noisy.predict(*asked)[1] > alone.predict(*asked)[1]).all()


def test_until_there_is_enough_decisions_are_made_without_noise():
    options = {"safeguard": False, "candidates": 20, "steps": 5}
    runs = {}
    for name, more in {
        "none": {"searcher": "dyhpo"},
        "from 30 on": {"searcher": "dyhpo-calibrated", "noise_from": 30},
        "always": {"searcher": "dyhpo-calibrated"},
    }.items():
        runs[name] = simulate("digits-mlp", "dyhpo", max_epochs=45, options=options | more).decisions
    chosen = {name: run[["trial", "milestone"]].to_numpy().tolist() for name, run in runs.items()}
    assert chosen["none"][:30] == chosen["from 30 on"][:30] != chosen["always"][:30]
    assert chosen["none"][30:] != chosen["from 30 on"][30:]
    said = {name: run["deviation"].to_numpy()[5:30] for name, run in runs.items()}
    assert (said["from 30 on"] > said["none"]).all()


def test_the_law_for_surrogates_holds_with_cut_errors():
    check_surrogate(lambda streams: CalibratedSurrogate(CalibratedOptions(cut=2), streams))


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


@pytest.mark.once
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
