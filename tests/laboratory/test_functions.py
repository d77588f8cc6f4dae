"""Branin and Hartmann: their published minima, and a fidelity of set correlation."""

import numpy as np
import pytest

from simdyhpo.errors import OptionError, UnknownNameError
from simdyhpo.laboratory.functions import FUNCTIONS, branin, function_table, hartmann


@pytest.mark.parametrize(
    ("function", "point", "minimum"),
    [
        (branin, [np.pi, 2.275], 0.397887),
        (branin, [-np.pi, 12.275], 0.397887),
        (hartmann, [0.114614, 0.555649, 0.852547], -3.86278),
        (hartmann, [0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573], -3.32237),
    ],
)
def test_at_full_fidelity_they_are_the_published_functions(function, point, minimum):
    assert function(np.array([point]), 1.0, 1.0)[0] == pytest.approx(minimum, abs=1e-5)
    assert function(np.array([point]), 0.0, 0.0)[0] == pytest.approx(minimum, abs=1e-5)
    assert function(np.array([point]), 0.0, 1.0)[0] != pytest.approx(minimum, abs=1e-5)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("asked", [0.0, 0.3, 0.6, 0.9, 1.0])
@pytest.mark.parametrize("seed", [0, 5])
def test_the_asked_rank_correlation_comes_out(function, asked, seed):
    made = function_table(function, rank_correlation=asked, seed=seed, resources=9)
    assert made.achieved["rank_correlation"] == pytest.approx(asked, abs=0.05)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_as_published_the_lowest_fidelity_already_knows_the_order(function):
    made = function_table(function)
    assert made.achieved["strength"] == 1
    assert made.achieved["rank_correlation"] > 0.99


def test_noise_falls_to_nothing_at_the_end_and_never_helps():
    plain, noisy = (function_table("hartmann3", noise=size).table.values for size in (0.0, 0.5))
    assert np.array_equal(plain[:, -1], noisy[:, -1])
    assert (noisy >= plain).all()
    assert (noisy - plain)[:, 0].mean() == pytest.approx(0.5 * np.sqrt(2 / np.pi), rel=0.15)


def test_equal_parameters_give_equal_bytes(tmp_path):
    paths = [function_table("branin", noise=1.0).table.save(tmp_path / f"{i}.npz") for i in range(2)]
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize(
    ("parameters", "texts"),
    [
        ({"rank_correlation": -0.9}, ["rank_correlation", "it can be -0.", "to 1.000"]),
        ({"rank_correlation": 1.0, "noise": 500.0}, ["rank_correlation", "it can be"]),
        ({"look": 27}, ["look", "between 1 and 26"]),
        ({"resources": 1}, ["resources", ">= 2"]),
    ],
)
def test_what_cannot_be_is_one_clear_line(parameters, texts):
    with pytest.raises(OptionError) as raised:
        function_table("branin", **parameters)
    assert all(text in str(raised.value) for text in texts), raised.value


def test_an_unknown_function_gets_the_nearest():
    with pytest.raises(UnknownNameError, match="unknown function 'hartman6': did you mean 'hartmann6'"):
        function_table("hartman6")
