"""One golden name for several tests of a session is an error, and not a log that the last one wrote."""

from __future__ import annotations

import importlib.util
import re

import pytest

from tests.testing.test_plugin import run_tests

TESTS = """
import pytest
@pytest.mark.parametrize("rf", [2, 3, 4])
def test_p(golden_schedule, rf):
    golden_schedule("asha", "digits-mlp", "asha", workers=2, options={"reduction_factor": rf}, max_epochs=60)
"""
TWICE_IN_ONE = """
def test_twice(golden_schedule):
    for rf in (2, 3):
        golden_schedule("asha", "digits-mlp", "asha", options={"reduction_factor": rf}, max_epochs=60)
"""
SAID = r"the name 'asha' is used twice, by (\S+) and by (\S+): each golden log belongs to one run"


def told(out):
    return [
        found
        for line in out.splitlines()
        if line.startswith("golden_schedule")
        for found in re.findall(SAID, line)
    ]


@pytest.mark.parametrize("words", [(), ("-n", "2", "-p", "xdist.plugin")], ids=["alone", "xdist"])
def test_the_second_use_is_an_error_that_names_both(tmp_path, words):
    if words and importlib.util.find_spec("xdist") is None:
        pytest.skip("needs pytest-xdist")
    (tmp_path / "test_g.py").write_text(TESTS)
    status, out = run_tests(tmp_path, *words, "--update-golden")
    assert status == 1
    assert "2 failed, 1 passed" in out
    clashes = told(out)
    assert len(clashes) == 2
    owners = {owner for owner, _ in clashes}
    assert len(owners) == 1
    assert {test for _, test in clashes} | owners == {f"test_g.py::test_p[{rf}]" for rf in (2, 3, 4)}
    kept = (tmp_path / "golden" / "asha.jsonl").read_bytes()
    winner = owners.pop()[-2]
    assert f'"reduction_factor": {winner}.0'.encode() in kept  # the first one's log, whole


def test_twice_in_one_test_and_names_beside_it(tmp_path):
    (tmp_path / "test_g.py").write_text(TWICE_IN_ONE)
    status, out = run_tests(tmp_path, "--update-golden")
    assert status == 1
    assert told(out) == [("test_g.py::test_twice", "test_g.py::test_twice")]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "test_g.py").write_text(TESTS.replace('"asha", "digits', 'f"asha-{rf}", "digits'))
    (tmp_path / "test_g.py").write_text(TWICE_IN_ONE.replace('"asha", "digits', 'f"asha-{rf}", "digits'))
    words = ("--import-mode=importlib",)
    assert run_tests(tmp_path, *words, "--update-golden")[0] == 0
    assert run_tests(tmp_path, *words)[0] == 0
