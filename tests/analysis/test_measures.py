"""Regret in every unit, against every reference and in scores: by hand, and what can't be asked."""

import itertools
import math

import numpy as np
import pytest

from simdyhpo.analysis.chance import chance
from simdyhpo.analysis.measures import REFERENCES, UNITS, Measure, common_scores
from simdyhpo.errors import OptionError, SimdyhpoError, UnknownNameError
from simdyhpo.tables.blackboxes import load_blackbox, shipped_files
from simdyhpo.tables.curves import CurveTable

VALUES = [[0.9, 0.5], [0.8, 0.3], [9.9, 7.9], [0.7, math.nan]]


def small(name="small", classes=2, metric="validation cross-entropy", **scores):
    """Four configurations whose best value is 0.3, whose worst is 9.9."""
    scores = scores or {"test_balanced_accuracy": ("max", [0.9, 0.8, 0.5, math.nan])}
    times = np.tile([1.0, 2.0], (4, 1))
    return CurveTable.from_arrays(
        VALUES,
        times,
        {"x": [1, 2, 3, 4]},
        mode="min",
        name=name,
        metric=metric,
        classes=classes,
        scores=scores,
    )


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (Measure(unit="absolute"), [0.2, 0.0, 9.6, 9.6]),
        (Measure(), [0.2 / 9.6, 0.0, 1.0, 1.0]),
        # Of the seven finite values, in order .3 .5 .7 .8 .9 7.9 9.9, a half lies at .8.
        (Measure(reference="quantile:0.5"), [0.2 / 0.5, 0.0, 1.0, 1.0]),
        (Measure(reference="chance"), [0.2 / (math.log(2) - 0.3), 0.0, 1.0, 1.0]),
    ],
)
def test_regret_of_what_is_optimised(measure, expected):
    found = measure.on(small()).regrets([0.5, 0.3, 9.9, math.nan], [0, 1, 2, 3])
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (Measure(score="test_balanced_accuracy", unit="absolute"), [0.0, 0.1, 0.4, 0.4, 0.4]),
        (Measure(score="test_balanced_accuracy"), [0.0, 0.25, 1.0, 1.0, 1.0]),
        (Measure(score="test_balanced_accuracy", reference="chance"), [0.0, 0.25, 1.0, 1.0, 1.0]),
    ],
)
def test_regret_in_a_score_is_that_of_the_incumbents_configuration(measure, expected):
    """One whose score isn't known (3), and a run without an incumbent, count as the worst."""
    found = measure.on(small()).regrets([0.5, 0.3, 9.9, 0.7, math.nan], [0, 1, 2, 3, 0])
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


def test_the_score_never_chooses_the_incumbent():
    """Configuration 1 has the better loss and the worse score: it holds from then on."""
    values, configurations = np.array([math.nan, 0.9, 0.5, 0.3, 0.8]), np.array([3, 0, 0, 1, 0])
    steps = (
        Measure(score="test_balanced_accuracy", unit="absolute")
        .on(small())
        .steps(values, configurations, np.arange(1.0, 6.0))
    )
    np.testing.assert_allclose(steps.at([0, 1, 2, 3, 4, 5]), [0.4, 0.4, 0.0, 0.0, 0.1, 0.1], atol=1e-15)


def test_normalised_by_the_worst_is_the_tables_own_regret():
    table = load_blackbox("lcbench-covertype")
    values = np.asarray(table.values, dtype=np.float64)[:50].ravel()
    found = Measure().on(table).regrets(values)
    np.testing.assert_array_equal(found, [table.regret(value) for value in values])
    box = {"name": table.name, "mode": table.mode, "best": table.best, "worst": table.worst}
    for unit in UNITS:
        measure = Measure(unit=unit)
        np.testing.assert_array_equal(
            measure.described(box).regrets(values), measure.on(table).regrets(values)
        )


@pytest.mark.parametrize("name", ["lcbench-car", "lcbench-dionis", "taskset-patch32-gru128-bs128"])
def test_regrets_of_real_tables_are_ordered_and_bounded(name):
    table = load_blackbox(name)
    scores = [None, *table.scores]
    references = [one for one in REFERENCES if one != "chance" or table.info.classes]
    for score, unit, reference in itertools.product(scores, UNITS, references):
        measure = Measure(score=score, unit=unit, reference=reference)
        if reference == "chance" and chance(table, score) is None:
            continue
        scale = measure.on(table)
        regrets = scale.regrets(table.values[:, -1], np.arange(len(table)))
        assert regrets.min() >= 0
        assert regrets.max() <= scale.none
        kept = table.values[:, -1] if score is None else table.scores[score].values
        mode = table.mode if score is None else table.scores[score].mode
        order = np.argsort(kept if mode == "min" else -kept)
        assert (np.diff(regrets[order]) >= 0).all()


def test_shipped_tables_say_their_classes_as_their_predictions_do():
    """Who predicts one class always has a balanced accuracy of exactly 1 / classes; two tables have none."""
    silent = []
    for name in shipped_files():
        table = load_blackbox(name)
        if not name.startswith("lcbench-"):
            assert table.info.classes == 0
            continue
        found = np.round(table.scores["test_balanced_accuracy"].values, 6).astype(np.float64)
        share = np.round(1 / table.info.classes, 6)
        others = [np.sum(np.abs(found - np.round(1 / k, 6)) < 2e-6) for k in (2, 3, 4, 5, 7, 9, 10, 100, 355)]
        mine = np.sum(np.abs(found - share) < 2e-6)
        if max(others) == 0:
            silent.append(name)
        else:
            assert mine == max(others), name
        assert chance(table) == pytest.approx(math.log(table.info.classes))
        assert chance(table, "test_balanced_accuracy") == pytest.approx(1 / table.info.classes)
        assert chance(table, "test_accuracy") is None
    assert silent == ["lcbench-christine", "lcbench-fashion-mnist"]


def test_classes_change_no_checksum_and_are_kept_in_files(tmp_path):
    with_classes, without = small(classes=5), small(classes=0)
    assert with_classes.checksum == without.checksum
    assert CurveTable.load(with_classes.save(tmp_path / "five.npz")).info.classes == 5
    assert CurveTable.load(without.save(tmp_path / "none.npz")).info.classes == 0


def test_labels_and_captions_state_unit_reference_and_score():
    metric = ["validation cross-entropy"]
    for score, unit, reference in itertools.product((None, "test_accuracy"), UNITS, REFERENCES):
        measure = Measure(score=score, unit=unit, reference=reference)
        label, words = measure.label(metric), measure.words(metric, "step")
        assert (unit in label) or reference != "worst"
        assert ("test accuracy" in label) == ("test accuracy" in words) == (score is not None)
        assert unit.capitalize() in words
        assert "any step" in words
        if unit == "normalised":
            said = {"worst": "worst", "chance": "chance", "quantile:0.95": "95 % quantile"}[reference]
            assert said in words
            assert reference == "worst" or said in label
        elif score is None:
            assert label == "absolute regret, validation cross-entropy"
    assert Measure(unit="absolute").label(["loss", "accuracy"]) == "absolute regret"


@pytest.mark.parametrize(
    ("fields", "error", "said"),
    [
        ({"unit": "absolut"}, UnknownNameError, "unit of regret 'absolut': did you mean 'absolute'?"),
        ({"reference": "wurst"}, UnknownNameError, "reference of regret 'wurst': did you mean 'worst'?"),
        ({"reference": "quantile:2"}, OptionError, "give a share"),
        ({"reference": "quantile:"}, OptionError, "give a share"),
        ({"reference": "quantile:nan"}, OptionError, "give a share"),
    ],
)
def test_what_is_no_measure(fields, error, said):
    with pytest.raises(error) as raised:
        Measure(**fields)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("measure", "others", "said"),
    [
        (Measure(score="test_balanced_acuracy"), {}, "did you mean 'test_balanced_accuracy'?"),
        (
            Measure(score="test_balanced_accuracy"),
            {"bare": {"auc": ("max", [1, 2, 3, 4])}},
            "score 'test_balanced_accuracy': not had by bare; these tables have no score in common",
        ),
        (Measure(reference="chance"), {"bare": {"classes": 0}}, "isn't known of bare"),
        (Measure(score="auc", reference="chance"), None, "isn't known of small"),
    ],
)
def test_what_some_tables_cant_answer_is_one_line(measure, others, said):
    tables = {"small": small(**({"auc": ("max", [1, 2, 3, 4])} if others is None else {}))}
    tables |= {name: small(name, **fields) for name, fields in (others or {}).items()}
    with pytest.raises(SimdyhpoError) as raised:
        measure.check(tables)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_scores_in_common():
    one, two = small(a=("max", [1, 2, 3, 4]), b=("min", [1, 2, 3, 4])), small(b=("min", [1, 2, 3, 4]))
    assert common_scores([one, two]) == ["b"]
    assert common_scores([]) == []
    Measure(score="b").check({"one": one, "two": two})
