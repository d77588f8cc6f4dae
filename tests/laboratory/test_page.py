"""The stored results behind docs/laboratory.md are of the studies as they are.

That the page's numbers are theirs is asked by tests/test_pages_from_results.py.
"""

import pytest

from simdyhpo.laboratory.sets import SETS
from simdyhpo.studies.files import find_study, load_study
from tools.stored_results import stored


@pytest.mark.parametrize("name", SETS)
def test_the_results_are_whole(name):
    study, found = load_study(find_study(name)), stored(name, "results")
    assert len(found) == len(study.cells())
    assert set(found["label"]) == {variant.label for variant in study.variants}
