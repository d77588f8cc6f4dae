"""Numbers are numbers for `from_arrays`, with None among them or in whatever kind of column."""

import numpy as np
import pandas as pd
import pytest

from simdyhpo import CurveTable
from simdyhpo.errors import TableError

VALUES, SECONDS = [[0.9, 0.8], [0.7, 0.6], [0.5, 0.4]], [[1, 2]] * 3
NAN = float("nan")


def table(columns):
    return CurveTable.from_arrays(VALUES, SECONDS, columns, mode="min", name="t")


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"a": [0.1, 0.2, None]}, [0.1, 0.2, NAN]),
        ({"a": [1, 2, None]}, [1, 2, NAN]),
        (pd.DataFrame({"a": pd.Series([0.1, 0.2, 0.3], dtype=object)}), [0.1, 0.2, 0.3]),
        (pd.DataFrame({"a": pd.Series([0.1, 0.2, None], dtype=object)}), [0.1, 0.2, NAN]),
        ({"a": ["0.1", "0.2", "0.3"]}, [0.1, 0.2, 0.3]),
        (pd.DataFrame({"a": pd.array([0.1, 0.2, None], dtype="Float64")}), [0.1, 0.2, NAN]),
        ({"a": np.array([2**63, 1, 2], dtype=np.uint64)}, [2.0**63, 1, 2]),
    ],
)
def test_numeric(columns, expected):
    configurations = table(columns).configurations
    assert configurations.hyperparameters[0].kind == "numeric"
    np.testing.assert_array_equal(configurations.columns["a"], expected)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (np.array([2**63 + 5, 1, 2], dtype=np.uint64), "configuration 0: 'a' is 9223372036854775813"),
        ([10**25, 1, 2], "configuration 0 holds 10000000000000000000000000"),
        ([[1, 2], [3, 4], [5, 6]], "configuration 0: 'a' holds a list"),
        ([[1, 2], [3], [5]], "configuration 0: 'a' holds a list"),
    ],
)
def test_refused(column, said):
    with pytest.raises(TableError, match=said):
        table({"a": column})
