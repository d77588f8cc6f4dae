"""The numbers of docs/laboratory.md are those of the stored results, which are of the studies as they are."""

from pathlib import Path

import pandas as pd
import pytest

from simdyhpo.analysis.by_property import by_property
from simdyhpo.laboratory.sets import SETS
from simdyhpo.studies.files import find_study, load_study

ROOT = Path(__file__).parents[2]
PROPERTY = {"first-look": "rank_correlation", "plateau": "plateau"}
SHOWN = {
    "first-look": (
        "random", "asha", "hyperband", "bohb", "mobster", "freeze-thaw", "dyhpo",
        "dyhpo,probability_sh=0", "dyhpo,probability_sh=0.25",
    ),
    "plateau": (
        "dyhpo", *(f"dyhpo,probability_sh={share}" for share in ("0", "0.1", "0.25", "0.5", "0.9")),
        "asha", "random",
    ),
}  # fmt: skip


def results(name):
    return pd.read_csv(ROOT / "experiments" / "results" / name / "results.csv")


def rows(name):
    """The lines of a table on the page, made from the stored results."""
    asked = {table: getattr(parameters, PROPERTY[name]) for table, parameters in SETS[name].items()}
    means = by_property(results(name), asked)
    values = sorted(set(asked.values()))
    yield "| method | " + " | ".join(f"{value:g}" for value in values) + " |"
    yield "| --- " * (len(values) + 1) + "|"
    for label in SHOWN[name]:
        mine = means[means["label"] == label].set_index("x")
        cells = (f"{m['mean']:.3f} [{m['low']:.3f}, {m['high']:.3f}]" for _, m in mine.loc[values].iterrows())
        yield f"| {label} | " + " | ".join(cells) + " |"


@pytest.mark.parametrize("name", SETS)
def test_the_tables_are_made_from_the_results(name):
    page = (ROOT / "docs" / "laboratory.md").read_text(encoding="utf-8")
    for row in rows(name):
        assert row in page


@pytest.mark.parametrize("name", SETS)
def test_the_results_are_whole(name):
    study, found = load_study(find_study(name)), results(name)
    assert len(found) == len(study.cells())
    assert set(found["label"]) == {variant.label for variant in study.variants}
