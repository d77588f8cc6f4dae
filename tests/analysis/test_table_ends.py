"""When a table had too few configurations."""

import numpy as np

from simdyhpo.analysis.table_ends import ran_out


def test_only_where_all_were_started_and_it_cost_something():
    ends = ["exhausted", "budget", "budget", "exhausted", "budget"]
    found = ran_out(ends, [320, 320, 320, 27, 319], 320, [0.0, 0.04, 0.06, 0.9, 0.9])
    assert found.tolist() == [True, False, True, False, False]
    assert ran_out(["budget", "exhausted"], 9, [9, np.nan], np.nan).tolist() == [False, False]
