"""Paired differences and their tests: by hand, and against other people's code."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import wilcoxon

from simdyhpo.analysis.holm import holm
from simdyhpo.analysis.paired import paired_differences, paired_tests, signed_rank
from simdyhpo.analysis.statistics import bootstrap_mean
from simdyhpo.streams import Streams


def runs(label, values, *, blackbox="a", workers=1, first_seed=0):
    """One row for each value, at rising seeds."""
    return pd.DataFrame(
        {
            "blackbox": blackbox,
            "label": label,
            "workers": workers,
            "seed": np.arange(len(values)) + first_seed,
            "score": np.array(values, dtype=float),
        }
    )


def noisy(seed, count=12):
    draw = Streams(seed).generator("paired")
    shared = draw.normal(size=count)
    return pd.concat(
        [
            runs("base", shared + draw.normal(0, 0.3, count)),
            runs("better", shared - 0.4 + draw.normal(0, 0.3, count)),
            runs("alike", shared + draw.normal(0, 0.3, count)),
            runs("worse", shared + 0.2 + draw.normal(0, 0.3, count)),
        ],
        ignore_index=True,
    )


def test_pairs_have_blackbox_workers_and_seed_in_common():
    rows = pd.concat(
        [
            runs("mine", [5, 7]),
            runs("mine", [1], blackbox="b"),
            runs("mine", [3], workers=4),
            runs("base", [1, 2]),
            runs("base", [10], blackbox="b"),
            runs("base", [100], blackbox="b", workers=4),
        ]
    ).sample(frac=1, random_state=1)
    found = paired_differences(rows, "mine", "base", "score")
    assert sorted(found.values) == [-9, 4, 5]
    assert found.dropped == 0
    assert sorted(paired_differences(rows, "base", "mine", "score").values) == [-5, -4, 9]


def test_order_of_the_rows_does_not_matter():
    rows = runs("mine", [5, 7, 9])
    theirs = runs("base", [1, 2, 4])
    found = paired_differences(pd.concat([rows, theirs.iloc[::-1]]), "mine", "base", "score")
    assert found.values.tolist() == [4, 5, 5]


def test_missing_values_are_dropped_and_counted():
    rows = pd.concat([runs("mine", [1, np.nan, 3, 4]), runs("base", [np.nan, np.nan, 1, 1, 1])])
    found = paired_differences(rows, "mine", "base", "score")
    assert found.values.tolist() == [2, 3]
    assert found.dropped == 2
    tests = paired_tests(rows, ["mine"], "base", "score")
    assert tests[["pairs", "dropped"]].iloc[0].tolist() == [2, 2]


def test_the_same_run_twice_is_no_pair():
    rows = pd.concat([runs("mine", [1]), runs("mine", [2]), runs("base", [1])])
    with pytest.raises(pd.errors.MergeError):
        paired_differences(rows, "mine", "base", "score")


def test_signed_rank_by_counting_all_signs():
    # Ranks 3, 1, 2 of sizes 3, 1, 2; the sum of the negative ones is 1. Of the 8 ways to put signs, two have
    # a rank sum of 0 or 1 on the negative side, and two as few on the positive one.
    assert signed_rank([3.0, -1.0, 2.0]) == 4 / 8
    sizes = np.array([0.5, 4, 1, 2.5, 7, 3])
    ranks = np.array([1, 5, 2, 3, 6, 4])
    signs = np.array(list(itertools.product([-1, 1], repeat=6)))
    sums = (ranks * (signs > 0)).sum(axis=1)
    mine = (ranks * np.array([1, 1, 0, 1, 1, 1])).sum()
    expected = np.mean(np.abs(sums - 10.5) >= abs(mine - 10.5))
    assert signed_rank(sizes * [1, 1, -1, 1, 1, 1]) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("differences", "p"),
    [
        ([1, 1, 1, 2], 2 / 16),
        ([1, 1, -1], 1.0),  # ranks 2, 2, 2: of 8 sums, four are as large, seven as small
        ([-1, 2, 2, 3, 3], 4 / 32),  # ranks 1, 2.5, 2.5, 4.5, 4.5: only one sum is larger
        ([-5] * 13, 2 / 2**13),
    ],
)
def test_where_sizes_are_alike_signs_are_counted_at_once(differences, p, monkeypatch):
    monkeypatch.setattr("scipy.stats.wilcoxon", None)  # it counts them one after the other
    assert signed_rank(differences) == signed_rank([-one for one in differences]) == p


def test_what_isnt_known_isnt_counted():
    assert np.isnan(signed_rank([float("nan"), 1, 1, 2]))


def test_zeros_count_for_nothing():
    assert signed_rank([0, 0, 0]) == 1
    assert signed_rank([0, 3, 0, -1, 2, 0]) == signed_rank([3, -1, 2])
    assert np.isnan(signed_rank([]))


def test_tests_are_scipys_and_intervals_are_ours():
    rows = noisy(3)
    tests = paired_tests(rows, ["worse", "better", "alike"], "base", "score")
    assert tests["label"].tolist() == ["worse", "better", "alike"]
    assert tests["pairs"].tolist() == [12, 12, 12]
    base = rows[rows["label"] == "base"]["score"].to_numpy()
    for row in tests.itertuples():
        difference = rows[rows["label"] == row.label]["score"].to_numpy() - base
        assert row.p == wilcoxon(difference).pvalue
        assert row.difference == pytest.approx(difference.mean())
        interval = bootstrap_mean(difference[:, None])
        assert (row.low, row.high) == (interval.low[0], interval.high[0])
    least = tests["p"].idxmin()
    assert tests.loc[least, "label"] == "better"
    assert tests.loc[least, "p_holm"] == pytest.approx(3 * tests.loc[least, "p"])


def test_columns_are_the_same_without_any_label():
    columns = ["label", "pairs", "dropped", "difference", "low", "high", "flips", "p", "p_least"]
    columns += ["p_holm", "p_least_holm"]
    assert paired_tests(noisy(0), [], "base", "score").columns.tolist() == columns
    assert paired_tests(noisy(0), ["alike"], "base", "score").columns.tolist() == columns


def test_what_is_no_test_is_no_member_of_the_family():
    rows = noisy(5)
    alone = paired_tests(rows, ["better", "worse"], "base", "score")
    more = paired_tests(rows, ["base", "absent", "better", "worse"], "base", "score")
    assert more["pairs"].tolist() == [12, 0, 12, 12]
    assert more["p"].isna().tolist() == [True, True, False, False]
    assert more["p_holm"].tolist()[2:] == alone["p_holm"].tolist()
    assert more.loc[0, "difference"] == 0
    assert more.loc[1, ["difference", "low", "high", "p_holm"]].isna().all()


def test_one_pair_has_no_interval_and_p_1():
    rows = pd.concat([runs("mine", [1.5]), runs("base", [1.0])])
    row = paired_tests(rows, ["mine"], "base", "score").iloc[0]
    assert (row["difference"], row["p"], row["p_holm"]) == (0.5, 1, 1)
    assert np.isnan([row["low"], row["high"]]).all()


def test_equal_variants_differ_by_nothing():
    rows = pd.concat([runs("mine", [1, 2, 3]), runs("base", [1, 2, 3])])
    row = paired_tests(rows, ["mine"], "base", "score").iloc[0]
    assert row[["difference", "low", "high", "p", "p_holm"]].tolist() == [0, 0, 0, 1, 1]


def test_holm_by_hand():
    # Times 4, 3, 2, 1 in rising order: 0.02, 0.03 (0.01 x 3), 0.06 (0.03 x 2), and 0.04, lifted to 0.06.
    np.testing.assert_allclose(holm([0.03, 0.005, 0.04, 0.01]), [0.06, 0.02, 0.06, 0.03])
    np.testing.assert_allclose(holm([0.6, np.nan, 0.7, 0.001]), [1, np.nan, 1, 0.003])
    assert holm([]).size == 0
    assert holm([0.03]).tolist() == [0.03]


@given(st.lists(st.one_of(st.floats(0, 1), st.sampled_from([0.01, 0.5, 1.0])), min_size=1, max_size=12))
def test_holm_as_an_independent_loop(p):
    # Written the other way round: the greatest of what each smaller p value became.
    order = sorted(range(len(p)), key=p.__getitem__)
    expected = [
        min(1.0, max((len(p) - place) * p[index] for place, index in enumerate(order) if p[index] <= mine))
        for mine in p
    ]
    np.testing.assert_allclose(holm(p), expected)


def test_holm_as_statsmodels():
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    p = Streams(2).generator("p").random(20) ** 3
    np.testing.assert_allclose(holm(p), multitest.multipletests(p, method="holm")[1])
