"""The figure on predictions: a histogram for each kind that was measured, a point for each error."""

import numpy as np

from simdyhpo.analysis.calibration import PARTS, Predictions, by_kind
from simdyhpo.drawing.calibration import calibration_figure
from simdyhpo.drawing.canvas import render


def predictions(errors, first):
    errors = np.asarray(errors, dtype=float)
    ones = np.ones(len(errors))
    return Predictions(np.array(first, dtype=bool), ones.astype(int), 0 * ones, ones, errors, ones > 0)


def test_a_histogram_and_the_errors_of_each_kind():
    seen = predictions([0.1, -0.1, 9.0, 0.0], [True, True, False, False])
    figure = calibration_figure(by_kind(seen), seen)
    left, right = figure.axes
    texts = [text.get_text() for text in left.get_legend().get_texts()]
    assert texts == ["first look: 2, rms 0.1", "continuation: 2, rms 6.36"]
    histograms = [patch.get_data().values for patch in left.patches]
    assert [shares.sum() for shares in histograms] == [1, 1]
    assert histograms[1][PARTS - 1] == 0.5
    points = {line.get_label(): line.get_xydata().tolist() for line in right.lines[:2]}
    assert points == {"first look": [[0, 0.1], [1, 0.1]], "continuation": [[2, 9], [3, 1e-3]]}
    assert render(figure, "png") == render(figure, "png")


def test_nothing_measured_is_drawn_as_nothing():
    seen = predictions([np.nan], [True])
    assert render(calibration_figure(by_kind(seen), seen), "png")
