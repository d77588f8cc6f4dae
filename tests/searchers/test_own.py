"""A searcher of one's own: `module:Class` wherever a name may stand."""

import pytest

from simdyhpo import load_blackbox, simulate
from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.errors import OptionError, SimdyhpoError, UnknownNameError
from simdyhpo.runs.spec import RunSpec, run_spec
from simdyhpo.simulation.budget import Budget
from simdyhpo.studies.keys import cell_key

SEARCHER = """
import msgspec

from simdyhpo.searchers.random import RandomSearcher


class Mine(RandomSearcher):
    class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        depth: int = 3


class Half:
    Options = Mine.Options
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """The name of a module that holds one, and its file."""
    name = f"searchers_of_{tmp_path.name}".replace("-", "_")
    (tmp_path / f"{name}.py").write_text(SEARCHER)
    monkeypatch.syspath_prepend(tmp_path)
    return name, tmp_path / f"{name}.py"


def test_it_decides_and_has_options(module):
    table = load_blackbox("digits-mlp")
    options = {"searcher": f"{module[0]}:Mine", "depth": "5", "probability_sh": 0}
    mine = simulate(table, "dyhpo", options=options, max_epochs=40)
    assert mine.spec.options["searcher_options"] == {"depth": 5}
    random = simulate(table, "dyhpo", options={"searcher": "random", "probability_sh": 0}, max_epochs=40)
    assert mine.decisions.equals(random.decisions)  # it is that one under another name
    again = SchedulerFactory.from_settings("dyhpo", mine.spec.options)
    assert again.settings == mine.spec.options


@pytest.mark.parametrize(
    ("searcher", "error", "text"),
    [
        ("rndom", UnknownNameError, "did you mean 'random'"),
        ("nowhere_at_all:Mine", SimdyhpoError, "can't be loaded .*check module and class"),
        ("{}:Missing", SimdyhpoError, "can't be loaded"),
        ("{}:Half", SimdyhpoError, "no searcher: it lacks score_paused_trials_and_new_configs, explain"),
    ],
)
def test_mistakes(module, searcher, error, text):
    with pytest.raises(error, match=text):
        SchedulerFactory("dyhpo", {"searcher": searcher.format(module[0])})


def test_its_options_are_checked(module):
    with pytest.raises(OptionError, match="'depth'"):
        SchedulerFactory("dyhpo", {"searcher": f"{module[0]}:Mine", "depth": "deep"})


def spec(searcher) -> RunSpec:
    factory = SchedulerFactory("dyhpo", {"searcher": searcher})
    return run_spec({"name": "t"}, factory, 1, 0, "without-replacement", Budget(max_epochs=1))


def test_a_changed_text_is_another_cell(module):
    name, path = module
    before = cell_key(spec(f"{name}:Mine"))
    assert cell_key(spec(f"{name}:Mine")) == before
    path.write_text(SEARCHER + "\n# changed\n")
    cell_key.__globals__["_source_digest"].cache_clear()
    assert cell_key(spec(f"{name}:Mine")) != before
