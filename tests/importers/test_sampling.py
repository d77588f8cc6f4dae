import numpy as np
import pytest

from simdyhpo.importers.sampling import INACTIVE, Choice, Condition, Range, sample_configurations

RANGES = (
    Range("units", 64, 1024, integer=True, log=True),
    Range("layers", 1, 5, integer=True),
    Range("rate", 1e-4, 1e-1, log=True),
    Range("momentum", 0.1, 0.99),
)


def test_same_seed_same_sample_and_another_seed_another():
    one, two = (sample_configurations(RANGES, 50, seed=3) for _ in range(2))
    other = sample_configurations(RANGES, 50, seed=4)
    for name in one:
        np.testing.assert_array_equal(one[name], two[name])
        assert not np.array_equal(one[name], other[name])


def test_a_smaller_sample_is_the_start_of_a_larger_one():
    small, large = (sample_configurations(RANGES, count, seed=0) for count in (10, 100))
    for name in small:
        np.testing.assert_array_equal(small[name], large[name][:10])


def test_a_column_does_not_depend_on_the_other_ranges():
    alone = sample_configurations(RANGES[2:3], 20, seed=0)["rate"]
    np.testing.assert_array_equal(alone, sample_configurations(RANGES, 20, seed=0)["rate"])


@pytest.mark.parametrize("one", RANGES, ids=lambda one: one.name)
def test_values_stay_inside_and_reach_both_ends(one):
    column = sample_configurations([one], 20_000, seed=0)[one.name]
    assert column.dtype == (np.int64 if one.integer else np.float64)
    slack = 1e-6 * one.upper  # single precision may round past a float's end by its last bit
    assert column.min() >= one.lower - slack
    assert column.max() <= one.upper + slack
    assert column.min() <= one.lower * 1.02
    assert column.max() >= one.upper * 0.98


def test_whole_numbers_are_equally_likely_ends_included():
    layers = sample_configurations(RANGES, 50_000, seed=0)["layers"]
    shares = np.bincount(layers, minlength=6)[1:] / len(layers)
    np.testing.assert_allclose(shares, 0.2, atol=0.01)


def test_log_range_puts_the_median_at_the_geometric_mean():
    rate = sample_configurations(RANGES, 20_000, seed=0)["rate"]
    assert np.median(rate) == pytest.approx(np.sqrt(1e-4 * 1e-1), rel=0.05)


def test_floats_are_exact_in_single_precision():
    rate = sample_configurations(RANGES, 100, seed=0)["rate"]
    np.testing.assert_array_equal(rate, rate.astype(np.float32))


def test_a_chain_of_conditions_goes_all_the_way():
    """`rate` needs `kind` = b, which needs `layers` to be active ... in whatever order they are listed."""
    parameters = (
        Choice("top", ("on", "off")),
        Choice("kind", ("a", "b")),
        Range("rate", 0.0, 1.0),
        Range("free", 1, 9, integer=True),
    )
    conditions = (Condition("rate", "kind", ("b",)), Condition("kind", "top", ("on",)))
    columns = sample_configurations(parameters, 500, seed=1, conditions=conditions)
    off = columns["top"] == "off"
    np.testing.assert_array_equal(columns["kind"] == INACTIVE, off)
    np.testing.assert_array_equal(np.isnan(columns["rate"]), columns["kind"] != "b")
    assert columns["free"].dtype == np.int64
    alone = sample_configurations(parameters, 500, seed=1)
    active = ~np.isnan(columns["rate"])
    np.testing.assert_array_equal(columns["rate"][active], alone["rate"][active])
