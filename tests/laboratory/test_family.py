"""Synthetic curves: what is asked comes out, equal parameters give equal bytes, wishes have limits."""

import math

import numpy as np
import pytest

from simdyhpo.analysis import curve_properties as measure
from simdyhpo.errors import OptionError, UnknownNameError
from simdyhpo.laboratory.family import synthetic_table
from simdyhpo.laboratory.parameters import CurveParameters
from simdyhpo.laboratory.sets import DRAWS, LOOKS, PLATEAUS, SETS

SMALL = {"configurations": 120, "resources": 20}
FRACTIONS = (0.0, 0.25, 0.5, 0.75, 1.0)


@pytest.mark.parametrize("asked", [-1.0, -0.5, *FRACTIONS])
@pytest.mark.parametrize("others", [{}, {"plateau": 0.3}, {"diverging": 0.2}])
@pytest.mark.parametrize("seed", [0, 7])
def test_the_asked_rank_correlation_comes_out(asked, others, seed):
    made = synthetic_table(rank_correlation=asked, seed=seed, noise=0.001, **SMALL, **others)
    assert made.achieved["rank_correlation"] == pytest.approx(asked, abs=0.05)
    look = int(made.achieved["look"])
    assert measure.rank_correlation(made.table.values, look) == made.achieved["rank_correlation"]


@pytest.mark.parametrize(
    ("name", "values", "others", "tolerance"),
    [
        ("crossing", (0.05, 0.3, 0.5, 0.9), {"noise": 0.001}, 0.05),
        ("crossing_time", (0.2, 0.5, 0.8), {"noise": 0.0, "rank_correlation": 0.0, "resources": 40}, 0.06),
        ("near_best", (0.02, 0.1, 0.3), {}, 0.02),
        ("noise", (0.002, 0.02, 0.1), {}, 0.012),
        ("smoothness", (0.0, 0.3, 0.6, 0.9), {}, 0.05),
        ("cost_correlation", (-0.9, -0.5, 0.0, 0.5, 0.9), {}, 0.05),
        ("cost_spread", (1.0, 3.0, 10.0), {}, 0.4),
        ("seconds_per_epoch", (0.5, 60.0), {}, 0.1),
        ("diverging", (0.0, 0.1, 0.5), {}, 0.01),
        ("plateau", (0.0, 0.2, 0.5), {"noise": 0.001}, 0.03),
        ("plateau_spread", (0.0, 0.1, 0.2), {"noise": 0.001, "plateau": 0.4}, 0.04),
        ("never", (0.0, 0.1, 0.5), {}, 0.01),
    ],
)
def test_what_is_asked_comes_out(name, values, others, tolerance):
    found = []
    for asked in values:
        made = synthetic_table(**{**SMALL, **others, name: asked})
        found.append(made.achieved[name])
        assert made.asked[name] == asked
        assert found[-1] == pytest.approx(asked, abs=tolerance)
    assert np.all(np.diff(found) > 0)  # a measure that says the same whatever is asked measures nothing


def test_without_noise_a_pair_crosses_at_most_once():
    values = synthetic_table(noise=0, rank_correlation=-0.5, **SMALL).table.values
    orders = np.sign(values[:, None, :] - values[None, :, :])[np.triu_indices(len(values), 1)]
    orders = orders[(orders != 0).all(axis=1)]  # losses are rounded, so some are equal
    assert len(orders) > 7000
    assert (np.diff(orders, axis=1) != 0).sum(axis=1).max() == 1


def test_equal_parameters_give_equal_bytes_and_a_seed_gives_others(tmp_path):
    parameters = {"plateau": 0.2, "diverging": 0.1, "never": 0.1, **SMALL}
    first, again, other = (synthetic_table(seed=seed, **parameters).table for seed in (3, 3, 4))
    assert first.save(tmp_path / "a.npz").read_bytes() == again.save(tmp_path / "b.npz").read_bytes()
    assert first.checksum != other.checksum


def test_a_property_is_changed_alone():
    """Streams have names: what is asked of one thing moves no draw of another."""
    one, other = (synthetic_table(rank_correlation=asked, noise=0, **SMALL).table for asked in (0.2, 0.8))
    assert np.array_equal(one.values[:, -1], other.values[:, -1])
    assert not np.array_equal(one.values[:, 0], other.values[:, 0])
    assert np.array_equal(one.elapsed_ns, other.elapsed_ns)
    dear = synthetic_table(rank_correlation=0.2, noise=0, cost_spread=50, **SMALL).table
    assert np.array_equal(one.values, dear.values)
    assert dear.configurations.row(5) == one.configurations.row(5)


@pytest.mark.parametrize(("divergence", "ends"), [("nan", math.nan), ("inf", math.inf), ("huge", 1e4)])
def test_divergence_lasts(divergence, ends):
    values = synthetic_table(diverging=0.25, divergence=divergence, **SMALL).table.values
    gone = ~np.isfinite(values) | (values > 100)
    assert gone[:, -1].sum() == 30
    assert not (gone[:, :-1] & ~gone[:, 1:]).any()
    assert np.array_equal(np.unique(values[gone]), [ends], equal_nan=True)


def test_curves_at_chance_stay_there():
    made = synthetic_table(plateau=0.4, noise=0, never=0.2, **SMALL)
    values = made.table.values
    assert (values[:, :8] == 1).all()
    assert ((values[:, 8] < 1).sum(), (values[:, -1] == 1).sum()) == (96, 24)
    assert made.achieved["look"] == 9


@pytest.mark.parametrize(
    ("parameters", "texts"),
    [
        ({"rank_correlation": 1.2}, ["rank_correlation", "<= 1"]),
        ({"rank_correlation": 0.5, "crossing": 0.2}, ["crossing", "give one"]),
        ({"rank_correlation": 1.0, "noise": 0.2}, ["rank_correlation", "1.0", "it can be", "to 0."]),
        ({"rank_correlation": -1.0, "never": 0.5}, ["rank_correlation", "it can be"]),
        ({"look": 5, "plateau": 0.5}, ["look", "between 11, ", "and 19"]),
        ({"look": 20}, ["look", "between 1, ", "and 19"]),
        ({"plateau": 0.9, "resources": 5}, ["plateau", "more resources"]),
        ({"plateau": 0.1, "plateau_spread": 0.2}, ["plateau_spread", "at most plateau, 0.1"]),
        ({"plateau": 0.7, "plateau_spread": 0.4}, ["plateau_spread", ".95"]),
        ({"never": 0.6, "diverging": 0.6}, ["never", ".9 at most"]),
        ({"cost_spread": 1.0, "cost_correlation": 0.3}, ["cost_correlation", "all costs are equal"]),
        ({"smoothness": 0.95, "hyperparameters": 40}, ["smoothness", "it can be"]),
        ({"divergence": "zero"}, ["divergence", "zero"]),
        ({"configurations": 3}, ["configurations", ">= 10"]),
    ],
)
def test_what_cannot_be_is_one_clear_line(parameters, texts):
    with pytest.raises(OptionError) as raised:
        synthetic_table(**{**SMALL, **parameters})
    assert all(text in str(raised.value) for text in texts), raised.value
    assert "\n" not in str(raised.value)


def test_an_unknown_parameter_gets_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'rank_correlation'"):
        synthetic_table(rank_corelation=0.5)


def test_every_parameter_says_what_it_is():
    text = CurveParameters.__doc__
    assert all(f"        {name}: " in text for name in CurveParameters.__struct_fields__)


def test_the_studies_tables_differ_in_what_they_are_about_alone():
    assert [len(SETS[name]) for name in ("first-look", "plateau")] == [
        DRAWS * len(LOOKS),
        DRAWS * len(PLATEAUS),
    ]
    for of, free in (
        ("first-look", {"rank_correlation", "seed"}),
        ("plateau", {"plateau", "plateau_spread", "seed"}),
    ):
        parameters = list(SETS[of].values())
        for name in set(CurveParameters.__struct_fields__) - free:
            assert len({getattr(one, name) for one in parameters}) == 1
