"""Addresses of clusters: those that strangers may use are warned of, those that can't be used are errors."""

import asyncio
import sys
import threading
import warnings
from collections import deque
from types import SimpleNamespace

import pytest

from simdyhpo.errors import SimdyhpoError
from simdyhpo.studies.dask_loop import running_loop
from simdyhpo.studies.pool import Pool
from tests.studies.watching import PATIENCE

pytestmark = pytest.mark.once

pytest.importorskip("distributed")


def test_a_plain_address_of_another_machine_is_warned_of():
    with pytest.warns(UserWarning, match="can run programs as you"):
        Pool("dask", address="tcp://192.0.2.1:8786").check()


@pytest.mark.parametrize("address", [None, "tcp://127.0.0.1:8786", "tls://192.0.2.1:8786"])
def test_others_are_not(address):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Pool("dask", address=address).check()


@pytest.mark.parametrize(
    ("address", "settings"),
    [
        ("tls://127.0.0.1:1", {}),  # nobody named a certificate
        ("tls://127.0.0.1:1", {"distributed.comm.tls.ca-file": "/no/such/file"}),
        ("tcp://127.0.0.1:1", {"distributed.comm.require-encryption": True}),
        ("carrier-pigeon://127.0.0.1:1", {}),
        ("tcp://127.0.0.1:no-number", {}),
        ("tcp://127.0.0.1:99999999", {}),
    ],
)
def test_an_address_that_cant_be_used_is_an_error_of_one_line(address, settings, monkeypatch):
    import dask
    from distributed.utils import LoopRunner

    def start(runner):
        """Dask's own, which has 10 s to start a thread and fails where a machine is too busy."""
        assert runner._loop is not None
        return dasks(runner)

    dasks = LoopRunner.start
    monkeypatch.setattr(LoopRunner, "start", start)
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s", **settings}),
        pytest.raises(SimdyhpoError, match=f"no Dask scheduler at {address}") as caught,
    ):
        list(Pool("dask", 1, address).work_through(str, deque(["task"])))
    assert "\n" not in str(caught.value)


def test_there_is_one_thread_of_messages():
    ran = threading.Event()
    running_loop().add_callback(ran.set)
    assert ran.wait(PATIENCE)
    assert running_loop() is running_loop()


def test_a_thread_that_cant_begin_says_why(monkeypatch):
    def none(**_):
        raise OSError("no more files")

    monkeypatch.setattr(asyncio, "Runner", none)
    with pytest.raises(OSError, match="no more files"):
        running_loop.__wrapped__()


def test_ray_may_be_slow_to_start(monkeypatch):
    """Its own 30 seconds for each of its processes are no reason for a study to fail."""
    begun = []

    def init(**settings):
        begun.append(settings)
        raise Exception("The current node timed out\nduring startup.")  # noqa: TRY002 - as Ray does

    monkeypatch.setitem(sys.modules, "ray", SimpleNamespace(init=init, shutdown=lambda: None))
    with pytest.raises(SimdyhpoError, match=r"Ray doesn't start \(The current node timed out during startup"):
        list(Pool("ray", 1).work_through(str, deque(["task"])))
    assert len(begun) > 1
    assert {settings["address"] for settings in begun} == {"local"}  # None is whoever's is running here
    begun.clear()
    with pytest.raises(SimdyhpoError):
        list(Pool("ray", 1, "127.0.0.1:1").work_through(str, deque(["task"])))
    assert len(begun) == 1
