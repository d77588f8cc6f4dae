"""simdyhpo: replay learning curves to many virtual workers, and see how schedulers decide.

Names are loaded when they are first used, so that `import simdyhpo` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simdyhpo.blackboxes import load_blackbox as load_blackbox
    from simdyhpo.curves import CurveTable as CurveTable
    from simdyhpo.decisions import ScheduleDecision as ScheduleDecision
    from simdyhpo.errors import SimdyhpoError as SimdyhpoError
    from simdyhpo.run_results import RunResult as RunResult
    from simdyhpo.runs import simulate as simulate

__version__ = "0.1.0"

_HOMES = {
    "CurveTable": "simdyhpo.curves",
    "RunResult": "simdyhpo.run_results",
    "ScheduleDecision": "simdyhpo.decisions",
    "SimdyhpoError": "simdyhpo.errors",
    "load_blackbox": "simdyhpo.blackboxes",
    "simulate": "simdyhpo.runs",
}

__all__ = [*_HOMES, "__version__"]  # noqa: PLE0604 - keys are strings


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'simdyhpo' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
