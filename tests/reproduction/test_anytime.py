"""What figures over time say of the seconds that the methods themselves took."""

import msgspec
import pytest
from matplotlib.text import Text

from simdyhpo.reproduction.anytime import over_time
from simdyhpo.reproduction.data import FigureData
from simdyhpo.studies.incumbents import study_runs
from tests.html_report.conftest import fill_store
from tests.making import falling

STUDY = """
name = "tiny"
blackboxes = ["long", "short"]
seeds = 1
budget = { max_epochs = 12 }
[[variants]]
scheduler = "random"
[[variants]]
scheduler = "asha"
"""


@pytest.fixture
def data(tmp_path):
    for name in ("long", "short"):
        falling(8, 5).save(tmp_path / "tables" / f"{name}.npz")
    plan, store = fill_store(tmp_path / "results", STUDY, tmp_path / "tables")
    return FigureData(plan, store, study_runs(plan, store), titled=False)


def test_a_method_that_takes_most_of_a_short_data_sets_time_is_named(data):
    """One share of all time would say 1 %: that of the data set with the long trainings."""
    runs = data.read.runs.assign(host_seconds=1.0, total_seconds=1000.0)
    runs.loc[runs["blackbox"] == "short", "total_seconds"] = 10.0
    mine = (runs["blackbox"] == "short") & (runs["label"] == "asha")
    runs.loc[mine, ["host_seconds", "total_seconds"]] = [7.0, 10.0]
    slow = msgspec.structs.replace(data, read=msgspec.structs.replace(data.read, runs=runs))
    words = " ".join(text.get_text() for text in over_time(slow).findobj(Text))
    assert "0.5 % of all time, and most, 70 %, of asha on short" in " ".join(words.split())
