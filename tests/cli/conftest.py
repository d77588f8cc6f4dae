"""The command line, run in this process: what it says, where, and how it ends."""

from typing import NamedTuple

import pytest

from simdyhpo.cli.main import main


class Said(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def command(capsys, monkeypatch):
    """Carry out one command line, given as one argument for each word."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, "1")  # restored afterwards

    def carry_out(*words):
        capsys.readouterr()
        status = main([str(word) for word in words])
        return Said(status, *capsys.readouterr())

    return carry_out
