"""Which processes a test has started, however far removed: they inherit a mark in their environment."""

import os
import time

import psutil

MARK = "SIMDYHPO_TEST"

PATIENCE = 600
"""Seconds until a test gives up on what should have come long before.

It says "never", not "slow": on a machine with much else to do, everything takes many times as long.
"""

QUIET = bool(os.environ.get("SIMDYHPO_QUIET"))
"""Nothing else is done on this machine: then how long something takes says something about us."""

MOMENTS = int(os.environ.get("SIMDYHPO_MOMENTS", "3"))
"""At how many moments something is killed; docs/reliability.md says how to try more."""


def until(condition, seconds=PATIENCE):
    """Wait for a condition, however busy the machine is: what it gave."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"{condition} didn't come true in {seconds} seconds"
        time.sleep(0.01)
    return found


def started(mark):
    """Living processes with this mark, but for this one and those that keep its locks until it ends."""
    found = []
    for process in psutil.process_iter():
        try:
            if (
                process.pid != os.getpid()
                and process.environ().get(MARK) == mark
                and process.status() != psutil.STATUS_ZOMBIE
                and not any("resource_tracker" in word for word in process.cmdline())
            ):
                found.append(process)
        except psutil.Error:
            continue
    return found


def workers_of(parent):
    """The simulating processes that `parent` has started on this machine."""
    try:
        children = psutil.Process(parent).children()
        return [child for child in children if any("popen_loky" in word for word in child.cmdline())]
    except psutil.Error:
        return []


def none_left(mark, seconds=PATIENCE):
    """Wait until all processes with this mark have ended: how long that took. Those that don't are killed."""
    begun = time.monotonic()
    while left := started(mark):
        if time.monotonic() - begun > seconds:
            said = [(process.pid, process.cmdline()) for process in left if process.is_running()]
            for process in left:
                process.kill()
            raise AssertionError(f"left behind: {said}")
        time.sleep(0.02)
    return time.monotonic() - begun


def open_to_others(mark):
    """Addresses at which processes with this mark listen for more than this machine."""
    found = set()
    for process in started(mark):
        try:
            connections = process.net_connections(kind="inet")
        except psutil.Error:
            continue
        found |= {
            (process.name(), connection.laddr.ip, connection.laddr.port)
            for connection in connections
            if connection.status == psutil.CONN_LISTEN
            and connection.laddr.ip not in ("127.0.0.1", "::1", "::ffff:127.0.0.1")
        }
    return found
