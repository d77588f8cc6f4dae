"""Bars have neither a thread nor a lock that outlives an interrupt."""

from __future__ import annotations

import sys
import threading
from types import SimpleNamespace

from simdyhpo.bars import Bar, progress_bar


def test_no_thread_watches():
    before = threading.active_count()
    with Bar(total=3):
        assert threading.active_count() == before


def test_a_lock_that_an_interrupt_left_taken_is_taken_again():
    lock = Bar.get_lock()
    lock.acquire()
    try:
        with Bar(total=3) as bar:
            bar.update()
    finally:
        lock.release()
    assert bar.n == 1


def test_a_notebook_gets_the_bar_that_tqdm_chooses_there(monkeypatch):
    made = []
    monkeypatch.setitem(
        sys.modules, "tqdm.auto", SimpleNamespace(tqdm=lambda **settings: made.append(settings))
    )
    with progress_bar(total=3) as bar:
        assert type(bar) is Bar
    shell = SimpleNamespace(config={})
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    with progress_bar(total=3) as bar:  # IPython in a terminal
        assert type(bar) is Bar
    shell.config["IPKernelApp"] = {}
    progress_bar(total=3, desc="Simulating")
    assert made == [{"total": 3, "desc": "Simulating"}]
