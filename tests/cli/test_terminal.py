"""What a person at a terminal sees, and nobody else: bars while they wait, and the browser."""

import fcntl
import os
import re
import struct
import subprocess
import sys
import termios
import threading
import time

import pytest

from simdyhpo.cli import progress
from simdyhpo.decisions import Wait
from simdyhpo.runs.front_door import simulate
from simdyhpo.schedulers.random_search import RandomSearch
from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.traces.write import write_run
from tests.importers.test_taskset import flat, write
from tests.studies.watching import PATIENCE

ROWS, COLUMNS = 40, 120


class NeverStarts(RandomSearch):
    """Says at once that nothing is left."""

    def ask(self, now_ns):
        return Wait(exhausted=True)


class Slow(RandomSearch):
    """Takes so long that a bar, which is drawn ten times a second at most, is drawn again and again."""

    def ask(self, now_ns):
        time.sleep(0.02)
        return super().ask(now_ns)


class Terminal:
    """A pseudo-terminal: `end` is what a program takes for one, `shown` what it wrote there so far."""

    def __init__(self):
        self._master, self.end = os.openpty()
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.shown = ""
        self._appeared = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        while True:
            try:
                piece = os.read(self._master, 65536)
            except OSError:  # how Linux says that nobody has the other end any more
                break
            if not piece:
                break
            with self._appeared:
                self.shown += piece.decode(errors="replace")
                self._appeared.notify_all()

    def wait_for(self, words):
        """Until the words are shown."""
        with self._appeared:
            assert self._appeared.wait_for(lambda: words in self.shown, timeout=PATIENCE), self.shown[-2000:]

    def press(self, key):
        os.write(self._master, key.encode())

    def hang_up(self):
        """Close it, once all that was written is read."""
        os.close(self.end)
        self._reader.join(timeout=PATIENCE)
        os.close(self._master)


@pytest.fixture
def terminal():
    made = Terminal()
    yield made
    made.hang_up()


@pytest.fixture
def on_terminal(command, terminal, monkeypatch):
    """Carry out one command line with stderr at a terminal; what is shown there is complete afterwards."""

    def carry_out(*words):
        with os.fdopen(os.dup(terminal.end), "w", encoding="utf-8") as stderr, monkeypatch.context() as patch:
            patch.setattr(sys, "stderr", stderr)
            said = command(*words)
            stderr.write("(end)")
        terminal.wait_for("(end)")
        return said

    return carry_out


def test_a_run_says_how_far_it_is(on_terminal, terminal, tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    words = ("run", "--blackbox", "digits-mlp", "--scheduler", f"{__name__}:Slow", "--max-epochs", 2000)
    assert on_terminal(*words, "--out", tmp_path / "run").status == 0
    assert "Slow on digits-mlp" in terminal.shown
    found = re.findall(
        r"([\d,]+) s simulated, (?:best [\d.]+, )?\d+% occupied, [\d,]+ decisions/s",
        terminal.shown,
    )
    assert found
    assert found == sorted(found, key=lambda text: int(text.replace(",", "")))


def test_looks_are_rare(on_terminal, terminal, tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "_PATIENCE", 3600.0)
    words = ("run", "--blackbox", "digits-mlp", "--scheduler", f"{__name__}:Slow", "--max-epochs", 500)
    assert on_terminal(*words, "--out", tmp_path / "run").status == 0
    assert "Slow on digits-mlp" in terminal.shown
    assert "simulated" not in terminal.shown


def test_tables_are_counted_while_they_are_made(on_terminal, terminal, tmp_path):
    for name in ("one_bs1", "two_bs1"):
        write(tmp_path, flat(40), name)
    said = on_terminal("blackbox", "make", "taskset", "--data", tmp_path, "--out", tmp_path / "tables")
    assert said.status == 0
    assert "taskset" in terminal.shown
    assert "1/2" in terminal.shown
    made = [line for line in said.out.splitlines() if ", made, " in line]
    assert len(made) == 2
    assert said.out.splitlines()[-1] == "2 tables made, 0 were there."


@pytest.fixture
def browse(terminal):
    """`simdyhpo trace browse DIR` in a process of its own, at the terminal."""
    pytest.importorskip("textual")
    started = []

    def start(folder):
        ends = dict.fromkeys(("stdin", "stdout", "stderr"), terminal.end)
        environment = os.environ | {"TERM": "xterm-256color"}
        command = [sys.executable, "-m", "simdyhpo", "trace", "browse", str(folder)]
        started.append(subprocess.Popen(command, env=environment, start_new_session=True, **ends))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_the_browser_starts_and_ends(terminal, browse, tmp_path):
    write_run(simulate(load_blackbox("digits-mlp"), "asha", max_epochs=9), tmp_path / "run")
    process = browse(tmp_path / "run")
    terminal.wait_for("decision 0")
    terminal.press("q")
    assert process.wait(timeout=PATIENCE) == 0


def test_the_browser_of_a_run_without_decisions(terminal, browse, tmp_path):
    result = simulate(load_blackbox("digits-mlp"), f"{__name__}:NeverStarts", max_epochs=9)
    write_run(result, tmp_path / "run")
    process = browse(tmp_path / "run")
    terminal.wait_for("made no decision")
    assert process.wait(timeout=PATIENCE) == 2


def test_a_report_says_how_far_it_has_read(on_terminal, terminal, tmp_path):
    write_run(simulate(load_blackbox("digits-mlp"), "asha", max_epochs=60), tmp_path / "run")
    assert on_terminal("report", tmp_path / "run").status == 0
    assert (tmp_path / "run" / "report.html").is_file()
    assert "Reading   0%" in terminal.shown
