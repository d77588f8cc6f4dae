"""Random search as a closed form in figures over epochs, and where there is none."""

import msgspec
import numpy as np
import pytest
from matplotlib.text import Text

from simdyhpo.analysis.exact_regret import expected_random_regret
from simdyhpo.analysis.measures import Measure
from simdyhpo.reproduction.anytime import over_epochs, over_time
from simdyhpo.reproduction.data import FigureData
from simdyhpo.reproduction.exact_line import EXACT_WORDS, exact_line
from simdyhpo.studies.conductor import run_study
from simdyhpo.studies.files import load_study
from simdyhpo.studies.incumbents import study_runs
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.pool import Pool
from simdyhpo.studies.store import Store
from tests.making import falling

TEXT = """
name = "tiny"
blackboxes = ["a", "b"]
seeds = 2
budget = { max_epochs = 20 }
[[variants]]
scheduler = "random"
[[variants]]
scheduler = "asha"
[[variants]]
scheduler = "sh"
"""
ABSOLUTE = Measure(unit="absolute")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exact")
    (folder / "tiny.toml").write_text(TEXT)
    for name, count in (("a", 8), ("b", 11)):
        falling(count, 5).save(folder / "tables" / f"{name}.npz")
    plan, store = make_plan(load_study(folder / "tiny.toml"), folder / "tables"), Store(folder / "cells")
    run_study(plan, store, Pool("loky", 1))
    return FigureData(plan, store, study_runs(plan, store), measure=ABSOLUTE)


def words(figure):
    return " ".join(" ".join(text.get_text() for text in figure.findobj(Text)).split())


def test_it_is_the_mean_over_the_tables_and_stands_for_random_search(data):
    exact = exact_line(data)
    assert exact.label == "random"
    tables = data.plan.tables.values()
    expected = np.mean([expected_random_regret(of, ABSOLUTE, [1, 7, 20]) for of in tables], axis=0)
    np.testing.assert_allclose(exact.mean[[0, 6, 19]], expected)
    figure = over_epochs(data)
    assert "Random search, exact" in words(figure)
    assert EXACT_WORDS in words(figure)
    lines = {line.get_color(): line for line in figure.axes[0].lines if len(line.get_ydata()) == 20}
    drawn = lines[data.styles["random"].colour].get_ydata()
    np.testing.assert_allclose(drawn, exact.mean)


def test_a_variant_can_be_left_out_and_the_caption_says_so(data):
    few = msgspec.structs.replace(data, without=("sh",))
    assert few.labels == ["asha", "random"]
    assert "Left out: Successive halving." in few.caption()
    assert "Left out" not in data.caption()


def test_over_time_it_is_simulated(data):
    assert "exact" not in words(over_time(data))


@pytest.mark.parametrize(
    "change",
    [{"sampling": "with-replacement"}, {"variants": 1}],
    ids=["replacement", "without random search"],
)
def test_where_there_is_none(data, change):
    if "sampling" in change:
        plan = msgspec.structs.replace(data.plan, study=msgspec.structs.replace(data.plan.study, **change))
        assert exact_line(msgspec.structs.replace(data, plan=plan)) is None
    else:
        runs = data.read.runs.replace({"label": {"random": "other"}})
        read = msgspec.structs.replace(data.read, runs=runs)
        assert exact_line(msgspec.structs.replace(data, read=read)) is None
