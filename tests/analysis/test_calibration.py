"""Standardised errors: what they measure where the truth is known, and what is counted apart."""

import numpy as np
import pytest

from simdyhpo.analysis.calibration import (
    INTERVALS,
    PARTS,
    Predictions,
    by_kind,
    by_resource,
    calibration,
    standardised_errors,
)
from simdyhpo.streams import Streams


def predictions(errors, deviation=1.0, *, resource=1, first=True, reported=True):
    """Values that lie so many deviations from a mean of 3, each of some deviation."""
    errors = np.asarray(errors, dtype=float)
    spread = np.broadcast_to(np.asarray(deviation, dtype=float), errors.shape)
    return Predictions(
        first=np.broadcast_to(first, errors.shape),
        resource=np.broadcast_to(resource, errors.shape),
        mean=np.full(errors.shape, 3.0),
        deviation=spread,
        value=3.0 + errors * spread,
        reported=np.broadcast_to(reported, errors.shape),
    )


@pytest.mark.parametrize("claimed", [0.2, 1.0, 5.0])
def test_deviations_too_small_or_too_large_by_a_factor(claimed):
    """Errors of deviation 1 under a claimed deviation have a root mean square of its inverse."""
    draw = Streams(0).generator("tests").standard_normal(40_000)
    found = calibration(predictions(draw / claimed, claimed))
    assert found.rms == pytest.approx(1 / claimed, rel=0.02)
    assert found.typical == pytest.approx(1 / claimed, rel=0.02)
    assert found.mean == pytest.approx(0, abs=0.02 / claimed)
    assert sum(found.parts) == pytest.approx(1)
    if claimed == 1.0:
        assert found.coverage == pytest.approx({f"{share:g}": share for share in INTERVALS}, abs=0.01)
        assert found.parts == pytest.approx([1 / PARTS] * PARTS, abs=0.01)


def test_one_large_error_moves_the_root_mean_square_alone():
    found = calibration(predictions([0.5, -0.5, 0.5, -0.5, 300.0]))
    assert (found.largest, found.measured) == (300, 5)
    assert found.rms > 130
    assert found.typical == pytest.approx(0.5 / 0.67449, rel=1e-4)
    assert calibration(predictions([1e200, -1e200])).rms == pytest.approx(1e200)


def test_what_has_no_error_is_counted_apart():
    many = predictions(np.zeros(8))
    deviation = np.array([1, 1, 1, 1, 1, 0, np.inf, np.nan])
    value = np.array([3.0, np.nan, np.inf, -np.inf, 3.0, 3.0, 3.0, 3.0])
    reported = np.array([True] * 4 + [False] + [True] * 3)
    value = np.where(reported, value, np.nan)
    many = Predictions(many.first, many.resource, many.mean, deviation, value, reported)
    found = calibration(many)
    assert (found.predictions, found.measured) == (8, 1)
    assert (found.unfinished, found.not_finite, found.without_deviation) == (1, 3, 3)
    assert found.rms == 0


def test_nothing_measured_is_no_number():
    for found in (calibration(predictions([])), calibration(predictions([1.0], 0.0))):
        assert found.measured == 0
        assert np.isnan([found.rms, found.typical, found.mean, *found.coverage.values(), *found.parts]).all()


def test_by_kind_and_by_resource():
    resource = np.array([1, 1, 2, 3, 4, 5, 8, 9])
    found = predictions(resource * 1.0, resource=resource, first=resource == 1)
    kinds = by_kind(found)
    assert {kind: (one.predictions, one.largest) for kind, one in kinds.items()} == {
        "first look": (2, 1), "continuation": (6, 9)
    }  # fmt: skip
    groups = by_resource(found)
    assert {name: one.predictions for name, one in groups.items()} == {
        "1": 2, "2": 1, "3-4": 2, "5-8": 2, "9-16": 1
    }  # fmt: skip
    assert sum(one.predictions for one in by_kind(predictions([])).values()) == 0
    assert by_resource(predictions([])) == {}


def test_errors_stay_in_place():
    errors = standardised_errors(predictions([1.0, 2.0, -3.0], [1, 0, 1]))
    assert errors.tolist()[::2] == [1, -3]
    assert np.isnan(errors[1])
