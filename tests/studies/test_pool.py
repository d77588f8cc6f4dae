"""Addresses of clusters: those that strangers may use are warned of, those that can't be used are errors."""

import warnings
from collections import deque

import pytest

from simdyhpo.errors import SimdyhpoError
from simdyhpo.studies.pool import Pool

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
def test_an_address_that_cant_be_used_is_an_error_of_one_line(address, settings):
    import dask

    with (
        dask.config.set(settings),
        pytest.raises(SimdyhpoError, match=f"no Dask scheduler at {address}") as caught,
    ):
        list(Pool("dask", 1, address).work_through(str, deque(["task"])))
    assert "\n" not in str(caught.value)
