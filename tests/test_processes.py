"""Processes of one's own: every task ends in one way, and a death is one task's matter."""

import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections import deque
from contextlib import closing

import pytest

from simdyhpo.processes import work_through

pytestmark = pytest.mark.once


def double(number):
    return 2 * number


def die_of_seven(number):
    if number == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def wait_or_die(flags):
    """One waits until the other has died: what a pool would take along."""
    mine, other = flags
    if mine is None:
        os._exit(3)
    other.touch()
    while not mine.exists():
        time.sleep(0.01)
    return os.getpid()


def odd_only(number):
    if number % 2 == 0:
        raise ValueError(number)
    return os.getpid()


def leave_a_thread(number):
    threading.Thread(target=time.sleep, args=(600,)).start()
    return os.getpid()


KEPT = []


def grow(number):
    """Keep half a gigabyte for longer than loky waits between two looks at a process's memory."""
    if number == 1:
        KEPT.append(b"x" * 500_000_000)
        time.sleep(1.5)
    return os.getpid()


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_every_task_once(processes):
    ended = list(work_through(double, deque(range(20)), processes))
    assert sorted((one.task, one.result) for one in ended) == [(task, 2 * task) for task in range(20)]
    assert not any(one.died or one.error for one in ended)


def test_a_death_is_one_tasks_matter():
    ended = {one.task: one for one in work_through(die_of_seven, deque(range(12)), 3)}
    assert [task for task, one in ended.items() if one.died] == [7]
    assert all(one.result == task for task, one in ended.items() if task != 7)


def test_a_task_goes_on_beside_a_death(tmp_path):
    tasks = deque([(tmp_path / "go", tmp_path / "begun")])
    with closing(work_through(wait_or_die, tasks, 2)) as all_ended:
        tasks.append((None, None))
        first = next(all_ended)
        assert first.died
        (tmp_path / "go").touch()
        second = next(all_ended)
    assert not second.died
    assert second.result


def test_tasks_may_come_while_others_run():
    tasks, seen = deque([3]), []
    for ended in work_through(double, tasks, 2):
        seen.append(ended.result)
        if ended.task:
            tasks.append(ended.task - 1)
    assert seen == [6, 4, 2, 0]


def test_errors_are_handed_on_and_the_process_lives():
    ended = list(work_through(odd_only, deque(range(6)), 1))
    assert [type(one.error) for one in ended] == [ValueError, type(None)] * 3
    assert len({one.result for one in ended if one.error is None}) == 1
    assert not any(one.died for one in ended)


def test_a_process_that_was_killed_while_idle_is_replaced():
    tasks = deque([1])
    with closing(work_through(odd_only, tasks, 1)) as all_ended:
        pid = next(all_ended).result
        os.kill(pid, signal.SIGKILL)
        tasks += [3] * 4
        others = [one for one in all_ended if not one.died]
    assert others
    assert all(one.result != pid for one in others)


def test_a_thread_that_is_left_behind_holds_nothing_up():
    (ended,) = work_through(leave_a_thread, deque([1]), 1)
    assert not alive(ended.result)


def test_a_process_may_grow():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # loky's warning as an error would hang this, and it shall fail
        ended = list(work_through(grow, deque(range(4)), 1))
    assert len({one.result for one in ended}) == 1


def test_an_iteration_that_is_given_up_ends_its_processes():
    with closing(work_through(odd_only, deque([1, 3, 5, 7, 9] * 100), 2)) as all_ended:
        pids = {next(all_ended).result for _ in range(10)}
    assert not any(map(alive, pids))


LEAKS = """
import os, sys
from collections import deque
from joblib.externals.loky.backend import resource_tracker
from simdyhpo.processes import work_through
print([ended.result for ended in work_through(abs, deque([-1]), 1)], flush=True)
resource_tracker.register("/gone-already", "semlock")
print("the last line", file=sys.stderr, flush=True)
os._exit(0)
"""


@pytest.mark.parametrize("flags", [[], ["-W", "error"]])
def test_who_tidies_up_says_nothing(flags):
    """As after an interrupt, when it finds gone what another one has tidied up; its end closes stderr."""
    ended = subprocess.run([sys.executable, *flags, "-c", LEAKS], capture_output=True, text=True, check=True)
    assert (ended.stdout, ended.stderr) == ("[1]\n", "the last line\n")
    assert "ignore:resource_tracker" not in sys.warnoptions
