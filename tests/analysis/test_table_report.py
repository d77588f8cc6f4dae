"""What a table's report counts, on tables small enough to count by hand."""

import math

import numpy as np
import pytest
from scipy.stats import spearmanr

from simdyhpo.analysis.table_report import table_report
from simdyhpo.importers.shipping import repairs_go_to_the_manifest
from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.tables.curves import CurveTable

NAN = math.nan


def report(**changes):
    parts = {
        "values": [[0.5, 0.4, 0.3], [0.9, math.inf, NAN], [0.5, NAN, 0.2], [0.1, 0.2, 0.4]],
        "elapsed_seconds": [[1, 2, 3], [1, 5, NAN], [2, 1, 4], [1, 1, 2]],
        "configurations": {
            "rate": [0.1, NAN, 0.01, 0.1],
            "kind": ["a", "b", "b", "a"],
            "layers": [1, 2, 2, 1],
        },
        "mode": "min",
        "name": "by hand",
        "log": ["rate"],
        "labels": [16, 32, 64],
        "kind": "measured",
    }
    with repairs_go_to_the_manifest():
        return table_report(CurveTable.from_arrays(**(parts | changes)))


def test_by_hand():
    said = report()
    assert (said.configurations, said.resources, said.first_label, said.last_label) == (4, 3, 16, 64)
    assert (said.best, said.worst) == (0.1, 0.9)
    assert (said.non_finite, said.non_finite_share) == (2, 2 / 11)
    assert (said.time_repairs, said.duplicates, said.ragged) == (1, 1, 1)
    assert (said.lengths.min, said.lengths.max) == (2, 3)
    assert said.seconds_per_curve.min == 2
    assert (said.seconds_per_curve.median, said.seconds_per_curve.max) == (3.5, 5)
    assert (said.seconds_per_resource.min, said.seconds_per_resource.max) == (0, 4)
    assert said.instant_steps == 2
    assert (said.final.min, said.final.max) == (0.2, 0.4)
    rate, kind, layers = said.hyperparameters
    assert (rate.lower, rate.upper, rate.distinct, rate.inactive, rate.log) == (0.01, 0.1, 2, 1, True)
    assert (kind.lower, kind.distinct) == (None, 2)
    assert (layers.lower, layers.upper, layers.inactive) == (1, 2, 0)


def test_ranks_leave_out_what_is_not_finite():
    said = report()
    assert [(one.resource, one.label, one.curves) for one in said.ranks] == [(1, 16, 3), (2, 32, 2)]
    assert said.ranks[0].rho == pytest.approx(spearmanr([0.5, 0.5, 0.1], [0.3, 0.2, 0.4]).statistic)
    assert said.ranks[1].rho is None  # two curves say nothing


def test_ranks_are_spearmans():
    table = load_blackbox("lcbench-christine")
    said = table_report(table)
    assert [one.resource for one in said.ranks] == [1, 5, 13, 26, 38]
    for one in said.ranks:
        theirs = spearmanr(table.values[:, one.resource - 1], table.values[:, -1]).statistic
        assert one.rho == pytest.approx(theirs, abs=1e-9)
    rhos = [one.rho for one in said.ranks]
    assert rhos == sorted(rhos)


def test_one_resource_and_curves_that_never_end_well():
    said = report(values=[[0.5], [NAN], [0.5], [0.1]], elapsed_seconds=[[1], [1], [1], [1]], labels=None)
    assert said.ranks == []
    all_diverged = report(
        values=[[0.5, NAN], [0.9, NAN], [0.5, NAN], [0.1, math.inf]],
        labels=None,
        elapsed_seconds=np.ones((4, 2)),
    )
    assert all_diverged.final is None
    assert all_diverged.ranks[0].rho is None
