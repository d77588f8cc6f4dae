"""Whatever a user's scheduler does, its cells alone fail, and say why."""

import pytest

from simdyhpo.studies.conductor import run_study
from simdyhpo.studies.failures import TEXT
from simdyhpo.studies.files import load_study
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.pool import Pool
from simdyhpo.studies.store import Store
from tests.studies.conftest import shell

pytestmark = pytest.mark.once

FAIL = {
    "exits": "SystemExit",
    "exits_well": "SystemExit: 0",
    "interrupts": "KeyboardInterrupt",
    "closes": "GeneratorExit",
    "names_a_file": r"FileNotFoundError: no file caf\udce9.txt",
    "has_no_words": "SpeechlessError: (its text can't be made: LookupError)",
    "says_nothing": "MuteError: (its text can't be made: TypeError)",
    "says_much": "ValueError: " + "x" * 188 + "...",
    "says_lines": "ValueError: the first",
    "dies_of_thirst": "MemoryError",
    "never_ends": "RecursionError: maximum recursion depth exceeded",
    "gives_a_word_for_a_number": None,  # in the words of who keeps it
}
SUCCEED = ("signals", "leaves_a_thread", "moves", "shuts_up", "is_deaf")


def study_text(*how):
    variants = "".join(
        f'[[variants]]\nlabel = "{name}"\nscheduler = "tests.studies.schedulers:Bad"\n'
        f'options = {{ how = "{name}" }}\n'
        for name in how
    )
    return (
        'name = "bad"\nblackboxes = ["digits-mlp"]\nseeds = 1\nbudget = { max_epochs = 40 }\n'
        f'{variants}[[variants]]\nscheduler = "asha"\n[[variants]]\nscheduler = "random"\n'
    )


@pytest.fixture
def plan(tmp_path):
    (tmp_path / "bad.toml").write_text(study_text(*FAIL, *SUCCEED))
    return make_plan(load_study(tmp_path / "bad.toml"))


def test_whatever_a_cell_does_the_others_go_on(plan, tmp_path):
    store = Store(tmp_path / "results")
    summary = run_study(plan, store, Pool("loky", 2))
    labels = {planned.key: planned.cell.variant.label for planned in plan.cells}
    reasons = {labels[key]: reason for key, reason in summary.failures.items()}
    assert reasons.keys() == FAIL.keys()
    for label, reason in FAIL.items():
        assert reason is None or reasons[label].startswith(reason), label
        assert len(reasons[label].splitlines()) == 1
    assert {labels[key] for key in summary.made} == {*SUCCEED, "asha", "random"}
    for key, label in labels.items():
        if label in FAIL:
            text = (store.folder / "failures" / f"{key}.txt").read_text()
            assert text.splitlines()[0] == reasons[label]
            assert len(text) < TEXT + 1000
            assert "in ask" in text or label in ("never_ends", "gives_a_word_for_a_number")


@pytest.mark.parametrize("jobs", [1, 2])
def test_one_bad_cell_says_why_and_gives_exit_status_1(tmp_path, jobs):
    (tmp_path / "bad.toml").write_text(study_text("exits", "says_lines"))
    out, err = shell(
        "study", "run", tmp_path / "bad.toml", "--out", tmp_path / "results", "--jobs", jobs, expect=1
    )
    assert out.startswith("2 cells made, 0 were there")
    assert [line.strip() for line in err.splitlines()[-2:]] == ["1 x SystemExit", "1 x ValueError: the first"]
