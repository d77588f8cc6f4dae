"""Ctrl-C ends a command in one line, and leaves no half of a run."""

import signal

import pytest

from tests.cli.test_bad_input import assert_one_line

INTERRUPTED_AT_5 = """
import os, signal
from simdyhpo.schedulers.random_search import RandomSearch

class Interrupted(RandomSearch):
    asked = 0

    def ask(self, now_ns):
        self.asked += 1
        if self.asked == 5:
            os.kill(os.getpid(), signal.SIGINT)  # as a terminal does
        return super().ask(now_ns)
"""


@pytest.fixture
def heard():
    """Ctrl-C is heard, even where a shell has started the tests in the background and so made it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def run(command, heard, tmp_path, monkeypatch):
    """`simdyhpo run` of a scheduler in whose fifth decision somebody presses Ctrl-C."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "interrupted_at_5.py").write_text(INTERRUPTED_AT_5)
    words = ("run", "--blackbox", "digits-mlp", "--scheduler", "interrupted_at_5:Interrupted")
    return lambda *more: command(*words, "--max-epochs", 500, *more)


def test_nothing_is_left(run, tmp_path):
    said = run("--out", tmp_path / "out")
    assert said.status == 130
    assert said.out == ""
    note, error = said.err.splitlines()
    assert note.startswith("note: interrupted_at_5:Interrupted is code in the current folder")
    assert error == "error: interrupted; no run was left half written"
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("__")] == [
        "interrupted_at_5.py"
    ]


def test_a_name_that_no_file_can_have(command, tmp_path):
    words = ("run", "--blackbox", "digits-mlp", "--scheduler", "asha", "--max-epochs", 9)
    assert_one_line(command(*words, "--out", f"{tmp_path}/\ud800"), "lacks a letter", "LC_ALL=C.UTF-8")
    assert list(tmp_path.iterdir()) == []
