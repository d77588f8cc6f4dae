"""Whatever a scheduler says of itself is refused when the run ends, or comes back as it was said."""

import math
import re

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import simdyhpo
from simdyhpo.errors import CountsError
from simdyhpo.schedulers.asha import PromotionASHA
from simdyhpo.traces.manifest import RunManifest, manifest_of, to_json
from simdyhpo.traces.read import read_run
from simdyhpo.traces.write import write_run
from tests.making import falling

TABLE = falling(6, 3)

VALUES = st.one_of(
    st.integers(), st.floats(), st.booleans(), st.none(), st.text(max_size=3), st.binary(max_size=3),
    st.lists(st.integers(), max_size=2), st.integers(0, 9).map(np.int64), st.floats(width=32).map(np.float32),
    st.booleans().map(np.bool_), st.just(np.arange(2)), st.just({"deeper": 1}),
)  # fmt: skip
NAMES = st.one_of(st.text(st.characters(), max_size=4), st.integers(), st.none())  # half characters included
SAID = st.one_of(st.dictionaries(NAMES, VALUES, max_size=3), st.none(), st.just([1]), st.text(max_size=3))


def says(summary, diagnostics):
    class Says(PromotionASHA):
        def summary(self):
            return summary

        def diagnostics(self):
            return diagnostics

    return Says


def alike(said, found):
    """Numbers that are not finite are stored as null; those of numpy as Python's."""
    if found is None:
        return said is None or not math.isfinite(said)
    return type(found) in (int, float) and said == found


@given(SAID, SAID)
def test_what_is_accepted_comes_back(summary, diagnostics):
    try:
        result = simdyhpo.simulate(TABLE, says(summary, diagnostics), max_epochs=5)
    except CountsError as error:
        said = str(error)
        assert "Says" in said
        assert "\n" not in said
        return
    found = msgspec.json.decode(to_json(manifest_of(result, {})), type=RunManifest)
    for said, read in ((summary, found.schedule), (diagnostics, found.diagnostics)):
        assert list(said) == list(read)
        assert all(alike(said[name], read[name]) for name in said)


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), np.array(3)])
def test_whole_numbers_of_all_kinds_are_counts(value, tmp_path):
    result = simdyhpo.simulate(TABLE, says({"rungs": value}, {"loss": np.float32(0.5)}), max_epochs=5)
    write_run(result, tmp_path / "run")
    manifest = read_run(tmp_path / "run").manifest
    assert (manifest.schedule, manifest.diagnostics) == ({"rungs": 3}, {"loss": 0.5})


def test_who_says_what_is_named():
    with pytest.raises(CountsError, match=r"Says.*summary\(\) says 1\.5 for 'mean_rung'; a value must be"):
        simdyhpo.simulate(TABLE, says({"rungs": 3, "mean_rung": 1.5}, {}), max_epochs=5)
    with pytest.raises(CountsError, match=r"Says.*diagnostics\(\) says 'low' for 'loss'; .*a number"):
        simdyhpo.simulate(TABLE, says({}, {"loss": "low"}), max_epochs=5)
    with pytest.raises(CountsError, match="has the name 1; names are text"):
        simdyhpo.simulate(TABLE, says({1: 1}, {}), max_epochs=5)
    with pytest.raises(CountsError, match="returns None; return a dict"):
        simdyhpo.simulate(TABLE, says({}, None), max_epochs=5)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"n": 2**63}, "a number of 64 bits for 'n'; a whole number must fit into 64 bits"),
        ({"n": 10**5000}, "a number of 16610 bits for 'n'"),
        ({"n" * 1000: 1}, "a name of 1,000 letters, 'nn"),
        ({str(number): number for number in range(1001)}, "has 1,001 names; return 1,000 at most"),
    ],
)
def test_what_would_be_too_much_to_read_again(said, words):
    for pair in ((said, {}), ({}, said)):
        with pytest.raises(CountsError, match=re.escape(words)):
            simdyhpo.simulate(TABLE, says(*pair), max_epochs=5)


@pytest.mark.parametrize("value", [2**63 - 1, -(2**63)])
def test_the_largest_numbers_come_back(value, tmp_path):
    write_run(simdyhpo.simulate(TABLE, says({"n": value}, {"n": value}), max_epochs=5), tmp_path / "run")
    manifest = read_run(tmp_path / "run").manifest
    assert (manifest.schedule, manifest.diagnostics) == ({"n": value}, {"n": value})
