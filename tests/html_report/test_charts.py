"""Curves as data of a page: exact where they are given, bounded in bytes, unpacked by the page's script."""

import base64
import json
import zlib
from importlib import resources

import numpy as np
import pytest

from simdyhpo.analysis.anytime import MeanSteps, mean_steps
from simdyhpo.analysis.statistics import MeanInterval
from simdyhpo.analysis.steps import Steps
from simdyhpo.html_report.charts import ROOM, Chart, ChartAxis


def unpacked(chart):
    return json.loads(zlib.decompress(base64.b64decode(chart.packed())))


def curve(seed=0, changes=1000, runs=3):
    generator = np.random.Generator(np.random.PCG64(seed))
    regrets = [np.sort(generator.uniform(0.001, 1, changes))[::-1] for _ in range(runs)]
    places = [np.sort(generator.uniform(1, 5000, changes).round(1)) for _ in range(runs)]
    return mean_steps([Steps(x, y) for x, y in zip(places, regrets, strict=True)])


def test_what_is_drawn_is_exact():
    curves = {"asha": curve(1), "mine": curve(2)}
    found = unpacked(Chart("regret", [ChartAxis("epochs", "epochs", curves)]))
    first = found["methods"][0]
    assert (first["name"], first["colour"]) == ("asha", "#D55E00")
    (axis,) = found["axes"]
    assert len(axis["x"]) <= 240 + 4
    for drawn, given in zip(axis["curves"], curves.values(), strict=True):
        for name in ("mean", "low", "high"):
            at = Steps(given.x, getattr(given.interval, name)).at(np.array(axis["x"]))
            there = [at for at, value in enumerate(drawn[name]) if value is not None]
            assert np.array(drawn[name])[there].astype(float) == pytest.approx(at[there], rel=6e-4)
            assert axis["x"][there[0]] == pytest.approx(given.x[0], rel=1e-3)
            assert axis["x"][there[-1]] == pytest.approx(given.x[-1], rel=1e-3)


def test_few_changes_are_all_there_and_bands_only_where_there_are_any():
    alone = mean_steps([Steps(np.array([1.0, 4.0, 9.0]), np.array([0.5, 0.25, 0.0]))])
    found = unpacked(Chart("regret", [ChartAxis("epochs", "epochs", {"asha": alone})]))
    assert found["axes"][0]["x"] == [1, 4, 9]
    assert found["axes"][0]["curves"] == [{"mean": [0.5, 0.25, 0]}]


def test_an_axis_without_a_place_is_left_out():
    mean = np.array([0.5])
    still = MeanSteps(np.array([0.0]), MeanInterval(mean, mean, mean, 1))
    time = ChartAxis("time", "seconds", {"asha": still}, log=True)
    epochs = ChartAxis("epochs", "epochs", {"asha": curve()})
    found = unpacked(Chart("regret", [time, epochs], first="epochs"))
    assert ([axis["name"] for axis in found["axes"]], found["first"]) == (["epochs"], 0)
    assert Chart("regret", [time]).packed() == ""
    assert Chart("regret", []).packed() == ""


def test_the_grid_is_as_fine_as_there_is_room():
    axes = [ChartAxis("epochs", "epochs", {str(seed): curve(seed) for seed in range(8)})]
    sizes = [len(Chart("regret", axes, room=room).packed()) for room in (ROOM, 20_000, 9_000, 100)]
    assert sizes[0] > sizes[1] > sizes[2] > sizes[3] == 0
    assert sizes[1] <= 20_000
    assert sizes[2] <= 9_000


def test_charts_take_less_than_300_kilobytes_of_a_page():
    folder = resources.files("simdyhpo.html_report")
    files = [folder / "assets" / "charts.js"]
    files += [
        folder / "vendored" / "uplot" / name for name in ("LICENSE", "uPlot.iife.min.js", "uPlot.min.css")
    ]
    assert ROOM + sum(len(file.read_bytes()) for file in files) < 300_000
