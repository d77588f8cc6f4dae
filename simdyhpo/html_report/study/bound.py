"""Before a page is made of a study: none of its runs may be better than hindsight."""

from __future__ import annotations

import pandas as pd

from simdyhpo.errors import SimdyhpoError
from simdyhpo.rebuilding.again import find_same_table
from simdyhpo.studies.bound import bound_regrets, check_bound, least_slowdown_of
from simdyhpo.studies.store import Store


def check_bounds(rows: pd.DataFrame, store: Store) -> None:
    """Hold every run against its bound; those on tables that aren't found here can't be.

    Args:
        rows: see `simdyhpo.html_report.study.data.StudyData`.
        store: where they lie.

    Raises:
        BoundError: a run is better than it can be.
    """
    for _, mine in rows.groupby("checksum"):
        try:
            table = find_same_table(store.manifest(mine["cell"].iloc[0]).spec.blackbox)
        except SimdyhpoError:
            continue
        for _, alike in mine.groupby("cluster"):
            spec = store.manifest(alike["cell"].iloc[0]).spec
            bound = bound_regrets(table, spec.budget, least_slowdown_of(spec.cluster, alike))
            if bound is not None:
                check_bound(alike, bound)
