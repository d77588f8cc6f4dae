"""Tests of schedulers that need another project's package are skipped where it is missing."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable

import pytest

from simdyhpo.catalog.entries import SCHEDULERS


def missing(scheduler: str) -> str:
    """What a scheduler needs that isn't here; empty if nothing.

    `ifbo` is tested with random weights in tests/surrogates/test_prior_fitted.py.
    """
    entry = SCHEDULERS[scheduler]
    if entry.extra and importlib.util.find_spec(entry.extra.replace("-", "_")) is None:
        return f"{entry.extra} is not installed"
    return entry.needs


def needing(names: Iterable[str], scheduler=lambda name: name):
    """The names as parameters of a test, each with a mark that skips it where its scheduler can't run.

    Args:
        names: of whatever the test is about.
        scheduler: each one's scheduler.
    """
    lacking = [(name, missing(scheduler(name))) for name in names]
    return [
        pytest.param(name, marks=pytest.mark.skipif(bool(lacks), reason=lacks or "nothing is missing"))
        for name, lacks in lacking
    ]
