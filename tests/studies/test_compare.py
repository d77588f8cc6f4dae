"""`simdyhpo compare` on a scheduler that was altered."""

import json

import pytest

from tests.studies.conftest import shell

pytestmark = pytest.mark.once

STUDY = """
name = "mine"
blackboxes = ["digits-mlp"]
seeds = 12
budget = { max_epochs = 150 }

[[variants]]
scheduler = "my_scheduler:Mine"

[[variants]]
scheduler = "asha"
"""
GOOD = "from simdyhpo.schedulers.asha import PromotionASHA as Mine\n"
BAD = "from simdyhpo.schedulers.random_search import RandomSearch\n\n\nclass Mine(RandomSearch):\n    pass\n"


@pytest.fixture
def results(tmp_path, monkeypatch):
    """Makes results with a version of the scheduler; both take no options that the other lacks."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(STUDY)

    def results(name, text):
        (tmp_path / "my_scheduler.py").write_text(text)
        shell("study", "run", "mine.toml", "--out", name, "--jobs", 1)
        return name

    return results


def test_a_scheduler_that_got_worse_is_found(results):
    plain = "class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):\n        pass\n"
    good = (
        "import msgspec\nfrom simdyhpo.schedulers.asha import ASHAOptions, PromotionASHA\n\n\n"
        f"class Mine(PromotionASHA):\n    {plain}\n"
        "    def __init__(self, problem, options):\n        super().__init__(problem, ASHAOptions())\n"
    )
    old, again = results("old", good), results("again", good + "# edited\n")
    out, _ = shell("compare", old, again)
    assert "24 runs in common, 24 of them the same" in out
    assert "no difference shown" in out
    assert "of normalised regret" in out
    out, _ = shell("compare", old, again, "--unit", "absolute")
    assert "24 runs in common, 24 of them the same" in out
    assert "of absolute regret" in out
    bad = results("new", BAD)
    out, _ = shell("compare", old, bad, expect=1)
    assert "worse: my_scheduler:Mine on all (log10_regret)" in out
    assert "24 runs in common, 12 of them the same" in out
    assert "asha on all" not in out.splitlines()[-1]
    out, _ = shell("compare", bad, old, "--json")
    said = json.loads(out)
    assert said["verdict"].startswith("better: my_scheduler:Mine on all")
    assert {test["variant"] for test in said["tests"]} == {"asha", "my_scheduler:Mine"}


def test_nothing_to_compare(results, tmp_path):
    old = results("old", GOOD)
    _, err = shell("compare", old, tmp_path / "nowhere", expect=2)
    assert "holds no results" in err
    (tmp_path / "mine.toml").write_text(STUDY.replace("150", "151"))
    _, err = shell("compare", old, results("other", GOOD), expect=2)
    assert "no run in common" in err
