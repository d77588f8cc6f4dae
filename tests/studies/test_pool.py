"""Pools that strangers may use are warned of."""

import warnings

import pytest

from simdyhpo.studies.pool import Pool

pytest.importorskip("distributed")


def test_a_plain_address_of_another_machine_is_warned_of():
    with pytest.warns(UserWarning, match="can run programs as you"):
        Pool("dask", address="tcp://192.0.2.1:8786").check()


@pytest.mark.parametrize("address", [None, "tcp://127.0.0.1:8786", "tls://192.0.2.1:8786"])
def test_others_are_not(address):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Pool("dask", address=address).check()
