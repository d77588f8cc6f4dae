"""How good predicted seconds are, on the one task of LCBench that has measured ones: what the page says."""

import re
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from simdyhpo.importers.scenarios import SCENARIOS
from simdyhpo.importers.yahpo import Surrogate
from simdyhpo.tables.blackboxes import load_blackbox

TASK = "lcbench-blood-transfusion-service-center"
PAGE = Path("blackboxes", "lcbench", "README.md")
TEXT = " ".join((Path(__file__).parents[2] / PAGE).read_text().split())


def said(pattern):
    """The numbers that the page gives where its text fits a pattern."""
    found = re.findall(pattern, TEXT)
    assert len(found) == 1, f"{PAGE} has {len(found)} places like {pattern!r}"
    return [float(number) for number in (found[0] if isinstance(found[0], tuple) else found)]


def test_measured_seconds_are_straight_lines():
    table = load_blackbox(TASK)
    assert table.info.seconds == "measured"
    totals = table.elapsed_seconds[:, -1:]
    line = totals / table.max_resource * np.arange(1, table.max_resource + 1)
    off = (np.abs(table.elapsed_seconds - line) / totals).max(axis=1)
    numbers = [100 * np.median(off), 100 * np.quantile(off, 0.99), 100 * off.max()]
    assert said(r"at most ([\d.]+) % of the whole in the median, ([\d.]+) % in 99 of 100, ([\d.]+) %") == [
        round(number, 1) for number in numbers
    ]


def test_predicted_seconds_beside_the_measured_ones(shared_data):
    table, scenario = load_blackbox(TASK), SCENARIOS["lcbench"]
    (openml,) = re.findall(r"OpenML task (\d+)", table.info.source)
    surrogate = Surrogate(shared_data / "yahpo", "lcbench", openml)
    (predicted,) = surrogate.curves(table.configurations.columns, scenario.grid, (scenario.seconds,))
    measured, ratios = table.elapsed_seconds[:, -1], predicted[:, -1] / table.elapsed_seconds[:, -1]
    (correlation,) = said(r"rank correlation is ([\d.]+)")
    assert correlation == round(spearmanr(measured, predicted[:, -1]).statistic, 2)
    (median, low, high) = said(
        r"predicted to measured seconds ([\d.]+) \(nine in ten lie between ([\d.]+) and ([\d.]+)\)"
    )
    assert [low, median, high] == [round(ratio, 2) for ratio in np.quantile(ratios, [0.05, 0.5, 0.95])]
