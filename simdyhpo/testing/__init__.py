"""For test suites of users: the laws that every scheduler obeys, and golden schedules as a pytest fixture.

>>> from simdyhpo.testing import check_scheduler
>>> check_scheduler("asha", {"reduction_factor": 4})

Names are loaded when they are first used: pytest imports this package for its plugin before any test runs.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simdyhpo.testing.broken import LawBroken as LawBroken
    from simdyhpo.testing.check import LAWS as LAWS
    from simdyhpo.testing.check import check_scheduler as check_scheduler
    from simdyhpo.testing.structural_options import structures as structures
    from simdyhpo.testing.surrogate_law import check_surrogate as check_surrogate

_HOMES = {
    "LAWS": "simdyhpo.testing.check",
    "LawBroken": "simdyhpo.testing.broken",
    "check_scheduler": "simdyhpo.testing.check",
    "check_surrogate": "simdyhpo.testing.surrogate_law",
    "structures": "simdyhpo.testing.structural_options",
}

__all__ = [*_HOMES]  # noqa: PLE0604 - keys are strings


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'simdyhpo.testing' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
