"""Labels keep apart, in order, and as near as can be to where they belong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from simdyhpo.drawing.labels import spread

PLACES = st.lists(st.floats(0, 1), max_size=12)


@given(PLACES, st.floats(0, 0.3))
def test_apart_inside_and_in_order(wanted, gap):
    places = spread(wanted, gap)
    assert len(places) == len(wanted)
    assert ((places >= -1e-12) & (places <= 1 + 1e-12)).all()
    rising = places[np.argsort(wanted, kind="stable")]
    assert (np.diff(rising) >= min(gap, 1 / max(len(wanted) - 1, 1)) - 1e-12).all()


def test_who_has_room_stays():
    assert spread([0.9, 0.1, 0.5], 0.2).tolist() == pytest.approx([0.9, 0.1, 0.5])
    assert spread([], 0.1).size == 0
    assert spread([1.0], 0.1).tolist() == [1]


def test_neighbours_move_by_equal_parts():
    assert spread([0.5, 0.5, 0.1], 0.1).tolist() == pytest.approx([0.45, 0.55, 0.1])
    assert spread([0.98, 1.0], 0.1).tolist() == pytest.approx([0.9, 1.0])
    assert spread([0.5, 0.5, 0.5], 0.9).tolist() == pytest.approx([0, 0.5, 1])


@pytest.mark.parametrize(
    "wanted", [[0.2, 0.25, 0.26, 0.7, 0.72], [0.0, 0.01, 0.02, 0.5], [0.93, 0.95, 1.0, 1.0]]
)
def test_nearest_in_least_squares(wanted):
    gap = 0.1
    solved = minimize(
        lambda places: np.sum((places - wanted) ** 2),
        np.linspace(0, 1, len(wanted)),
        bounds=[(0, 1)] * len(wanted),
        constraints={"type": "ineq", "fun": lambda places: np.diff(places) - gap},
        method="SLSQP",
    )
    np.testing.assert_allclose(spread(wanted, gap), solved.x, atol=1e-5)
