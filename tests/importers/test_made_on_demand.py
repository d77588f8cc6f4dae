"""Whoever names a table that isn't made yet is told what makes it."""

import pytest

from simdyhpo import load_blackbox
from simdyhpo.errors import NotMadeError
from simdyhpo.importers.suites import SUITES
from simdyhpo.importers.yahpo_suite import YahpoSuite
from simdyhpo.laboratory.sets import SETS

SURROGATES = {name: one.prefix for name, one in SUITES.items() if isinstance(one, YahpoSuite)}
OF_SUITES = {
    **{f"{prefix.replace('_', '-')}-any": name for name, prefix in SURROGATES.items()},
    **dict.fromkeys((name for tables in SETS.values() for name in tables), "laboratory"),
    "lcdb-6": "lcdb",
}


@pytest.mark.parametrize("name", OF_SUITES)
def test_the_suite_is_named(name, tmp_path, monkeypatch):
    monkeypatch.setenv("SIMDYHPO_TABLES", str(tmp_path))
    with pytest.raises(NotMadeError, match=f"`simdyhpo blackbox make {OF_SUITES[name]}` makes it"):
        load_blackbox(name)
