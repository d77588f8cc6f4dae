"""How sure an order is: exact small cases, and the promised power, simulated."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp

from simdyhpo.analysis.order_flips import PairedRuns, order_flips, share_words
from simdyhpo.analysis.paired import paired_runs, paired_tests
from simdyhpo.analysis.power import Spread, smallest_shown, spread
from simdyhpo.streams import Streams


def pairs(*groups):
    return PairedRuns(np.concatenate(groups).astype(float), np.array([len(group) for group in groups]))


def drawn(mean, between, within, *, times, data_sets, seeds, seed=0):
    """(times, data sets, seeds): differences of so many studies."""
    draw = Streams(seed).generator("power")
    means = mean + np.sqrt(between) * draw.normal(size=(times, data_sets, 1))
    return means + np.sqrt(within) * draw.normal(size=(times, data_sets, seeds))


def test_the_mean_is_over_data_sets_first():
    runs = pairs([1, 1, 1, 1], [3])
    np.testing.assert_array_equal(runs.means, [1, 3])
    assert runs.difference == 2


def test_spread_by_hand():
    # Means 1 and 4; mean squares: between 2 (1 - 2.5)^2 + 2 (4 - 2.5)^2 = 9, within (.5 + 2) / 2 = 1.25.
    found = spread(pairs([0.5, 1.5], [3, 5]))
    assert found.within == pytest.approx(1.25)
    assert found.between == pytest.approx((9 - 1.25) / 2)


@pytest.mark.parametrize("counts", [[8] * 40, [2, 5, 11] * 14])
def test_spread_is_found_again(counts):
    studies = drawn(0.3, 2.0, 0.5, times=60, data_sets=len(counts), seeds=max(counts))
    found = [spread(pairs(*(row[:n] for row, n in zip(one, counts, strict=True)))) for one in studies]
    assert np.mean([one.between for one in found]) == pytest.approx(2.0, rel=0.1)
    assert np.mean([one.within for one in found]) == pytest.approx(0.5, rel=0.05)


def test_what_cannot_be_known():
    single = spread(pairs([1, 2, 3]))
    assert np.isnan(single.between)
    assert single.within == 1
    once = spread(pairs([1], [2], [3]))
    assert np.isnan(once.within)
    assert once.between == 1
    assert np.isnan(smallest_shown(once, 10, 3)), "what seeds would bring isn't known"
    assert smallest_shown(once, 10, 1) == smallest_shown(Spread(1.0, 0.0), 10, 1), "one seed's is in it"
    assert np.isnan(smallest_shown(Spread(1.0, 1.0), 1, 3)), "one data set says nothing about others"
    assert spread(pairs([0, 4], [0, 4])).between == 0, "and never less"


@pytest.mark.parametrize(("data_sets", "seeds"), [(4, 10), (12, 3), (35, 1)])
def test_the_smallest_difference_is_shown_four_times_of_five(data_sets, seeds):
    between, within = 0.6, 1.4
    smallest = smallest_shown(Spread(between, within), data_sets, seeds)
    studies = drawn(smallest, between, within, times=4000, data_sets=data_sets, seeds=seeds)
    shown = ttest_1samp(studies.mean(axis=2), 0, axis=1).pvalue < 0.05
    assert shown.mean() == pytest.approx(0.8, abs=0.04)


def test_flips_by_hand():
    # Two draws of one data set: only (-1, -1) of four is below 0, and (3, -1) and (-1, 3) are above.
    assert order_flips(pairs([3, -1])) == pytest.approx(1 / 4, abs=0.03)
    assert order_flips(pairs([1, -0.5]), seeds=1) == pytest.approx(1 / 2, abs=0.03)
    # A mean of 0 counts half: (1, -1) twice of four, and (-1, -1); the order itself is that of .001.
    assert order_flips(pairs([1, -1, 0.003]), seeds=1) == pytest.approx(1 / 3, abs=0.03)
    assert order_flips(pairs([2, 2], [-1, -1])) == pytest.approx(1 / 4, abs=0.03)
    assert order_flips(pairs([2, 2], [-1, -1]), data_sets=1) == pytest.approx(1 / 2, abs=0.03)
    assert order_flips(pairs([-1, -2], [-3])) == 0
    assert np.isnan(order_flips(pairs([0, 0])))


def test_a_data_set_with_few_runs_counts_as_much():
    # The second data set has one run: it decides in any draw that takes it, as its mean does.
    assert order_flips(pairs([-1] * 9, [10])) == pytest.approx(1 / 4, abs=0.03)


def test_flips_stand_beside_the_test():
    rows = pd.DataFrame(
        [(box, label, 1, seed, (seed if label == "b" else 0) - (box == "y") * 2.4 * (label == "b"))
         for box in "xy" for label in "ab" for seed in range(4)],
        columns=["blackbox", "label", "workers", "seed", "score"],
    )  # fmt: skip
    runs = paired_runs(rows, "b", "a", "score")
    np.testing.assert_array_equal(runs.counts, [4, 4])
    tests = paired_tests(rows, ["a", "b"], "a", "score").set_index("label")
    assert tests.loc["b", "flips"] == order_flips(runs)
    assert 0 < tests.loc["b", "flips"] < 0.5
    assert np.isnan(tests.loc["a", "flips"])


@pytest.mark.parametrize(
    ("share", "words"), [(0.254, "25 %"), (0.004, "< 1 %"), (0.0, "< 1 %"), (float("nan"), "")]
)
def test_words(share, words):
    assert share_words(share) == words
