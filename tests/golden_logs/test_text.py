"""Golden logs as text: exact, readable in a diff, and refused unless whole."""

import json

import msgspec
import numpy as np
import pytest

from simdyhpo.decisions import Reason
from simdyhpo.errors import OutputError
from simdyhpo.golden.text import from_text, golden_log, to_text
from simdyhpo.runs.front_door import simulate
from simdyhpo.runs.spec import BEHAVIOUR
from tests.making import falling

REASONS = [
    Reason(score=0.1 + 0.2, runner_up=1e-300, runner_up_kind="new", paused_scored=7, coin=0.25),
    Reason(score=float("inf"), runner_up=float("-inf"), mean=-0.0, deviation=5e-324),
    Reason(score=np.float64(0.5), new_scored=np.int64(3)),
]


def run(scheduler="asha", **settings):
    return simulate(falling(30, 9), scheduler, workers=2, **({"max_epochs": 60} | settings))


@pytest.fixture(scope="module")
def text():
    return to_text(golden_log(run()))


def same(ours, theirs):
    return [repr(one) for one in ours] == [repr(one) for one in theirs]


def test_a_log_comes_back_equal(text):
    result = run()
    log = from_text(text, "here")
    assert log.spec == result.spec
    assert same(log.records, result.log)
    assert (log.behaviour, log.ended_by, log.end_ns) == (BEHAVIOUR, result.ended_by, result.end_ns)
    assert to_text(log) == text


def test_reasons_come_back_exactly():
    result = run("random")
    result.log.reasons.update(enumerate(REASONS))
    again = from_text(to_text(golden_log(result)), "here").records
    for record, reason in zip(again, REASONS, strict=False):
        for name in reason.__struct_fields__:
            given = getattr(reason, name)
            plain = given.item() if isinstance(given, np.generic) else given
            assert repr(getattr(record, name)) == repr(plain)
    assert np.signbit(again[1].mean)


def test_one_decision_a_line_and_only_what_applies(text):
    header, first, *_, end = map(json.loads, text.splitlines())
    assert header["golden"] == 1
    assert header["spec"]["blackbox"]["checksum"] == falling(30, 9).checksum
    assert "versions" not in header
    assert list(first) == [
        "index", "time_ns", "worker", "trial", "configuration", "decision", "resume_from", "milestone"
    ]  # fmt: skip
    assert end["decisions"] == len(text.splitlines()) - 2


def test_a_changed_decision_is_a_changed_line(text):
    result = run()
    before = text.splitlines()
    record = msgspec.structs.replace(result.log[3], configuration=29)
    log = golden_log(result)
    log.records[3] = record
    changed = [a != b for a, b in zip(before, to_text(log).splitlines(), strict=True)]
    assert changed == [index == 4 for index in range(len(before))]


def test_versions_only_with_a_model():
    result = run()
    result.log.reasons[0] = Reason(score=0.5)
    assert set(golden_log(result).versions) >= {"python", "numpy", "torch", "gpytorch"}
    result.log.reasons[0] = Reason(coin=0.5)
    assert golden_log(result).versions == {}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: [], "no golden log"),
        (lambda lines: ['{"a": 1}'], "no golden log"),
        (lambda lines: ["index,trial"], "line 1: not JSON"),
        (lambda lines: ["[]", *lines[1:]], "line 1: not a JSON object"),
        (lambda lines: lines[:-1], "truncated"),
        (lambda lines: lines[:1], "truncated"),
        (lambda lines: [*lines[:3], *lines[4:]], "truncated"),
        (lambda lines: [*lines[:3], lines[3][:-5], *lines[4:]], "line 4: not JSON"),
        (
            lambda lines: [lines[0].replace('"golden": 1', '"golden": 0'), *lines[1:]],
            "format 0, this version",
        ),
        (lambda lines: [lines[0].replace('"workers"', '"wrkers"'), *lines[1:]], "damaged header"),
        (
            lambda lines: [*lines[:3], lines[3].replace('"decision": "', '"decision": "X'), *lines[4:]],
            "line 4: damaged",
        ),
        (lambda lines: [*lines[:3], lines[3].replace('"index": 2', '"index": 1'), *lines[4:]], "line 4"),
        (lambda lines: [*lines[:3], lines[3].replace('"worker": ', '"worker": "x'), *lines[4:]], "line 4"),
        (lambda lines: [*lines[:-1], lines[-1].replace("end_ns", "end")], "damaged header or last"),
    ],
)
def test_damage_is_one_clear_line(text, change, message):
    lines = change(text.splitlines())
    with pytest.raises(OutputError, match=message) as raised:
        from_text("\n".join(lines), "golden/x.jsonl")
    assert str(raised.value).startswith("golden/x.jsonl")
    assert "simdyhpo golden record" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_one_of_a_newer_version_wants_an_update(text):
    newer = text.replace('"golden": 1', '"golden": 2', 1).replace('"spec"', '"specs"', 1)
    said = r"made by a newer simdyhpo \(format 2, this one reads up to 1\); update simdyhpo$"
    with pytest.raises(OutputError, match=said):
        from_text(newer, "golden/x.jsonl")
