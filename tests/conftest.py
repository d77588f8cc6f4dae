"""Settings of the whole test run: property tests take the same examples every time; no user's tables."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from simdyhpo.arithmetic import use_portable
from tests.lacking_torch import (  # noqa: F401 - pytest calls them
    pytest_make_collect_report,
    pytest_runtest_makereport,
    pytest_runtest_setup,
)

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("MPLBACKEND", "agg")  # figures need no window, in child processes either
use_portable()  # before a test loads numpy, so that models decide as they do for the command

settings.register_profile(
    "simdyhpo",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("simdyhpo")


@pytest.fixture(autouse=True, scope="session")
def no_tables_of_the_user(tmp_path_factory):
    """Folders of tables and published files that start empty, for child processes, too."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("SIMDYHPO_TABLES", "SIMDYHPO_RAW", "SIMDYHPO_CACHE"):
            patch.setenv(variable, str(tmp_path_factory.mktemp(variable.lower())))
        yield


@pytest.fixture(scope="session")
def shared_data():
    """The folder of raw benchmark data beside the checkout, or a skip."""
    default = ROOT.parent / "shared" / "data"
    folder = Path(os.environ.get("SIMDYHPO_SHARED_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"no raw benchmark data in {folder} (SIMDYHPO_SHARED_DATA names another folder)")
    return folder
