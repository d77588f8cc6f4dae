"""What notebooks show of tables and runs: HTML that is whole, small, and takes names as they are."""

import base64
import re
import xml.etree.ElementTree as ET

import numpy as np
from matplotlib import pyplot as plt

import simdyhpo
from simdyhpo.cards import card
from simdyhpo.tables.small_curves import small_curves
from tests.making import table

SMALL = table([[0.9, 0.5, 0.25], [0.8, np.inf, 0.6], [0.7]], name="a <b>")


def read(html):
    """Facts and the image of a card, which is well-formed XML."""
    root = ET.fromstring(re.sub(r"(<img [^>]*)>", r"\1/>", html))
    rows = [[cell.text for cell in row] for row in root.iter("tr")]
    images = [base64.b64decode(one.get("src").partition(",")[2]) for one in root.iter("img")]
    return root.find("div/b").text, dict(rows), images


def test_a_table():
    title, facts, (image,) = read(SMALL._repr_html_())
    assert title == "a <b>"
    assert facts["curves"] == "3 configurations x 3 epochs, unknown"
    assert facts["metric"] == "metric, minimised; best 0.25, worst 0.9"
    assert facts["hyperparameters"] == "x"
    ET.fromstring(image)
    assert repr(SMALL) == "<CurveTable a <b>: 3 configurations x 3 epochs of metric (min), unknown>"


def test_a_run_and_no_figure_stays_open():
    result = simdyhpo.simulate(SMALL, "random", max_epochs=5)
    open_before = plt.get_fignums()
    title, facts, (image,) = read(result._repr_html_())
    assert title == "random on a <b>, 1 worker, seed 0"
    assert facts["normalised regret"] == f"{result.regret:.4f}"
    assert facts["trained"] == "5 epochs of 3 configurations"
    ET.fromstring(image)
    assert plt.get_fignums() == open_before


def test_a_run_without_a_regret_has_no_picture():
    nothing = table([[np.nan, 1.0]], name="nothing")
    assert "<img" not in simdyhpo.simulate(nothing, "random", max_epochs=1)._repr_html_()


def test_curves_have_gaps_and_the_best_is_drawn_last():
    shown = np.where(np.isfinite(SMALL.values), SMALL.values, np.nan)
    paths = re.findall(r'd="([^"]*)" stroke="([^"]*)"', small_curves(shown, SMALL.labels, "min"))
    assert [path.count("M") for path, _ in paths] == [1, 2, 1, 1]
    assert paths[-1] == (paths[0][0], "#0072B2")
    flat = small_curves(np.ones((1, 1)), np.array([1]), "max")
    assert "M" in flat


def test_a_card_of_rows():
    html = card("mine", {}, rows=[["method", "regret"], ["<asha>", "0.1"]])
    assert "<th" in html
    assert "&lt;asha&gt;" in html
