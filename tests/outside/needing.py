"""Tests of schedulers that need another project's package are skipped where it is missing."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable

import pytest

from simdyhpo.catalog import OUTSIDE


def missing(scheduler: str) -> bool:
    """Whether the package that a scheduler needs is missing."""
    return scheduler in OUTSIDE and importlib.util.find_spec(OUTSIDE[scheduler]) is None


def needing(names: Iterable[str], scheduler=lambda name: name):
    """The names as parameters of a test, each with a mark that skips it where its scheduler can't run.

    Args:
        names: of whatever the test is about.
        scheduler: each one's scheduler.
    """
    return [
        pytest.param(
            name,
            marks=pytest.mark.skipif(
                missing(scheduler(name)), reason=f"{OUTSIDE.get(scheduler(name))} is not installed"
            ),
        )
        for name in names
    ]
