"""Bars have neither a thread nor a lock that outlives an interrupt."""

from __future__ import annotations

import threading

from simdyhpo.bars import Bar


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
