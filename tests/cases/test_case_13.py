"""What a scheduler raises is said to be what it is, whoever calls."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import simdyhpo
from simdyhpo.schedulers.random_search import RandomSearch

SCHEDULERS = """
from simdyhpo.schedulers.random_search import RandomSearch
class U(RandomSearch):
    def ask(self, now_ns):
        b"\\xff".decode("utf-8"); return super().ask(now_ns)
class M(RandomSearch):
    def ask(self, now_ns):
        open("/nonexistent/x"); return super().ask(now_ns)
class K(RandomSearch):
    def ask(self, now_ns):
        raise MemoryError("mine")
class O(RandomSearch):
    def ask(self, now_ns):
        import math; return math.exp(1000)
class B(RandomSearch):
    def ask(self, now_ns):
        raise BrokenPipeError(32, "mine")
class X(RandomSearch):
    def ask(self, now_ns):
        import sys; sys.exit()
"""
RAISED = {
    "U": "UnicodeDecodeError: ",
    "M": "FileNotFoundError: ",
    "K": "MemoryError: mine",
    "O": "OverflowError: math range error",
    "B": "BrokenPipeError: [Errno 32] mine",
    "X": "SystemExit: SystemExit",
}


class InAsk(RandomSearch):
    def ask(self, now_ns):
        math.exp(1000)
        return super().ask(now_ns)


class InTell(RandomSearch):
    def tell(self, event):
        int(math.inf)


@pytest.mark.parametrize("cluster", ["ideal", "flaky"])
@pytest.mark.parametrize("kind", [InAsk, InTell])
def test_the_overflow_itself(kind, cluster):
    table = simdyhpo.load_blackbox("digits-mlp")
    with pytest.raises(OverflowError) as caught:
        simdyhpo.simulate(table, kind, max_epochs=10, cluster=cluster)
    assert type(caught.value) is OverflowError
    assert caught.value.__cause__ is None
    assert caught.traceback[-1].name == ("ask" if kind is InAsk else "tell")


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module of its own name in a folder that is on the path."""
    name = f"case_13_{tmp_path.name}".replace("-", "_")
    Path(tmp_path, f"{name}.py").write_text(SCHEDULERS)
    monkeypatch.syspath_prepend(tmp_path)
    return name


@pytest.mark.parametrize("kind", RAISED)
def test_on_the_command_line(kind, module, tmp_path, capsys):
    from simdyhpo.cli.main import main

    words = ("run", "--blackbox", "digits-mlp", "--max-epochs", "5", "--out", str(tmp_path / kind))
    assert main([*words, "--scheduler", f"{module}:{kind}"]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    first, *_, last = told.err.splitlines()
    assert first == "Traceback (most recent call last):"
    assert last.startswith(f"error: {RAISED[kind]}")
    assert last.endswith(f"(scheduler '{module}:{kind}' raised it in ask, at decision 0)")
    assert f'{module}.py", line ' in told.err.splitlines()[1]  # the frames above are left out
    assert not (tmp_path / kind).exists()
