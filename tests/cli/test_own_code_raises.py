"""A scheduler or searcher of the user's own that raises: its traceback, one line, and a status of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from simdyhpo.blame import blamed
from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.errors import SimdyhpoError
from simdyhpo.runs.front_door import Run, simulate
from simdyhpo.runs.spec import run_spec
from simdyhpo.simulation.budget import Budget
from simdyhpo.tables.blackboxes import describe
from simdyhpo.testing import LawBroken, check_scheduler
from tests.making import falling

ROOT = Path(__file__).parents[2]
MODULE = '''
from simdyhpo.schedulers.asha import PromotionASHA
from simdyhpo.searchers.random import RandomSearcher

class Trouble(Exception):
    pass

class Raises(PromotionASHA):
    """ASHA that raises `what` in `where`, from the seventh call on."""
    where = what = None
    calls = 0

    def _maybe(self, where):
        if where == self.where:
            self.calls += 1
            if self.calls >= 7:
                raise self.what

    def ask(self, now_ns):
        self._maybe("ask")
        return super().ask(now_ns)

    def tell(self, event):
        self._maybe("tell")
        super().tell(event)

    def verdict(self, trial, resource):
        self._maybe("verdict")
        return super().verdict(trial, resource)

    def summary(self):
        if self.where == "summary":
            raise self.what
        return super().summary()

class Searcher(RandomSearcher):
    def tell(self, event):
        raise Trouble("two\\nlines")
'''
RUN = ("--blackbox", "digits-mlp", "--workers", 2, "--max-epochs", 60)


@pytest.fixture
def module(tmp_path, monkeypatch):
    name = f"raises_{tmp_path.name}".replace("-", "_")
    (tmp_path / f"{name}.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    import importlib

    return importlib.import_module(name)


@pytest.fixture
def kind(module):
    return module.Raises


def assert_told(said, kind, error, where):
    """Its traceback from its own frame on, and one line."""
    assert said.status == 3
    lines = said.err.splitlines()
    assert "Traceback (most recent call last):" in lines
    assert f'{kind.__module__}.py", line ' in lines[lines.index("Traceback (most recent call last):") + 1]
    assert lines[-1].startswith(f"error: {error}")
    assert f"scheduler '{kind.__module__}:{kind.__name__}' raised it {where}" in lines[-1]


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("ask", "in ask, at decision 6"),
        ("verdict", "in verdict, at decision "),
        ("tell", "in tell, after decision "),
    ],
)
def test_run(command, kind, tmp_path, where, words):
    kind.where, kind.what = where, ValueError("mine")
    said = command("run", *RUN, "--scheduler", f"{kind.__module__}:Raises", "--out", tmp_path / "run")
    assert_told(said, kind, "ValueError: mine", words)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("what", [click.exceptions.Exit(0), click.UsageError("mine"), click.Abort()])
def test_exceptions_that_end_commands_of_ours(command, kind, tmp_path, what):
    """A scheduler may call somebody's command, built with the same library."""
    kind.where, kind.what = "ask", what
    said = command("run", *RUN, "--scheduler", f"{kind.__module__}:Raises", "--out", tmp_path / "run")
    assert_told(said, kind, type(what).__name__, "in ask, at decision 6")


def test_at_the_end(command, kind, tmp_path):
    kind.where, kind.what = "summary", SystemExit(0)
    said = command("run", *RUN, "--scheduler", f"{kind.__module__}:Raises", "--out", tmp_path / "run")
    assert_told(said, kind, "SystemExit: 0", "in summary or diagnostics, when the run had ended")


def test_runs_made_again(command, kind, tmp_path):
    name = f"{kind.__module__}:Raises"
    assert command("run", *RUN, "--scheduler", name, "--out", tmp_path / "run").status == 0
    assert command("golden", "record", tmp_path / "log.jsonl", *RUN, "--scheduler", name).status == 0
    kind.where, kind.what = "ask", BrokenPipeError("mine")
    replay = ("trace", "replay", tmp_path / "run")
    assert_told(command(*replay, "--verify"), kind, "BrokenPipeError: mine", "in ask, at decision 6")
    assert_told(
        command("golden", "check", tmp_path / "log.jsonl"), kind, "BrokenPipeError", "in ask, at decision 6"
    )
    said = command(*replay, "--until", 10, "--instead", "start:0")
    assert_told(said, kind, "BrokenPipeError", "in ask, at decision ")
    kind.what, kind.calls = BrokenPipeError("mine"), 6
    assert_told(command(*replay, "--until", 3), kind, "BrokenPipeError", "at decision 3")


def test_a_searcher(command, module, tmp_path):
    words = (
        "--scheduler",
        "dyhpo",
        "--option",
        f"searcher={module.__name__}:Searcher",
        "--out",
        tmp_path / "run",
    )
    said = command("run", *RUN, *words)
    assert said.status == 3
    assert said.err.splitlines()[-1].startswith(
        "error: Trouble: two lines (scheduler 'dyhpo' raised it in tell,"
    )
    assert f'{module.__name__}.py", line ' in said.err


def test_a_sweep_counts_it_and_keeps_the_whole_story(command, kind, tmp_path):
    """A cell's failure is its own; the others go on. Cells are made in processes of their own."""
    file = Path(sys.modules[kind.__module__].__file__)
    file.write_text(MODULE + "\nRaises.where, Raises.what = 'ask', OverflowError('mine')\n")
    name = f"{kind.__module__}:Raises"
    words = ("--values", "2,3", "--scheduler", name, "--rival", "asha", "--seeds", 1, "--max-epochs", 40)
    said = command(
        "sweep", "reduction_factor", "--blackbox", "digits-mlp", *words, "--jobs", 1, "--out", tmp_path
    )
    assert said.status == 1
    assert "2 cells failed" in said.err
    assert "OverflowError: mine" in said.err
    for failure in (tmp_path / "results" / "failures").iterdir():
        assert f"scheduler '{name}' raised it in ask, at decision 6" in failure.read_text()


def test_in_python_it_is_still_what_it_was(module, kind):
    kind.where, kind.what = "ask", module.Trouble("mine")
    with pytest.raises(module.Trouble) as caught:
        simulate(falling(20, 9), kind, max_epochs=60)
    assert caught.value is kind.what
    assert caught.value.__notes__ == [f"scheduler '{kind.__module__}:Raises' raised it in ask, at decision 6"]


def test_a_run_that_is_stepped_says_so_too(module, kind):
    """As an estimate steps the beginnings of cells."""
    kind.where, kind.what = "ask", module.Trouble("mine")
    curves, factory = falling(20, 9), SchedulerFactory(kind, {})
    spec = run_spec(describe(curves), factory, 1, 0, "without-replacement", Budget(max_epochs=60))
    run = Run(spec, factory, curves)
    with pytest.raises(module.Trouble) as caught:
        all(run.step() for _ in range(1000))
    assert caught.value.__notes__ == [f"scheduler '{kind.__module__}:Raises' raised it in ask, at decision 6"]


def test_an_exception_that_takes_no_attributes(kind):
    class FrozenError(Exception):
        def __setattr__(self, name, value):
            raise TypeError("frozen")

        def __str__(self):
            raise RuntimeError("no text")

    kind.where, kind.what = "tell", FrozenError()
    with pytest.raises(FrozenError) as caught:
        simulate(falling(20, 9), kind, max_epochs=60)
    assert "raised it in tell, after decision " in blamed(caught.value)


def test_who_looks_on_is_not_taken_for_the_scheduler(kind):
    def progress(share):
        raise ValueError("the onlooker's")

    with pytest.raises(ValueError, match="the onlooker's") as caught:
        simulate(falling(20, 9), kind, max_epochs=60, progress=progress)
    assert blamed(caught.value) is None


def test_errors_of_ours_and_interrupts_stay_as_they_are(kind):
    for what in (SimdyhpoError("said already"), KeyboardInterrupt()):
        kind.where, kind.what = "ask", what
        with pytest.raises(type(what)) as caught:
            simulate(falling(20, 9), kind, max_epochs=60)
        assert not hasattr(caught.value, "__notes__")


@pytest.mark.parametrize("what", [ValueError("mine"), SystemExit(0)], ids=["exception", "exit"])
def test_a_check_says_where(kind, what):
    kind.where, kind.what = "ask", what
    words = r"\(scheduler '.*:Raises' raised it in ask, at decision \d+\)"
    with pytest.raises(LawBroken, match=f"the run failed: {type(what).__name__}: .* {words}") as caught:
        check_scheduler(kind)
    assert caught.value.__cause__ is what


def test_a_closed_pipe_is_still_no_mistake():
    code = "import sys; from simdyhpo.cli.main import main; sys.exit(main())"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "scheduler", "list"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0
