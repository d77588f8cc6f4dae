"""A small table with all that a log must survive, and runs on it."""

import numpy as np
import pytest

from simdyhpo.runs.front_door import simulate
from simdyhpo.streams import Streams
from simdyhpo.tables.curves import CurveTable
from simdyhpo.traces.read import read_run
from simdyhpo.traces.write import write_run


@pytest.fixture(scope="session")
def table():
    draw = Streams(0).generator("tests")
    values = draw.random((40, 9))
    values[3, 2:] = np.nan
    values[5, 1] = np.inf
    seconds = np.cumsum(draw.random((40, 9)), axis=1)
    seconds[7, 4:] = np.nan
    return CurveTable.from_arrays(values, seconds, {"x": draw.random(40).tolist()}, mode="max", name="small")


@pytest.fixture(scope="session")
def results(table):
    options = {"dyhpo": {"searcher": "random", "safeguard": False, "probability_sh": 0.5}}
    return {
        name: simulate(table, name, workers=3, seed=1, max_epochs=150, options=options.get(name))
        for name in ("random", "asha", "asha-stopping", "dyhpo")
    }


@pytest.fixture(scope="session")
def stored(results, tmp_path_factory):
    root = tmp_path_factory.mktemp("runs")
    for name, result in results.items():
        write_run(result, root / name)
    return {name: read_run(root / name) for name in results}
