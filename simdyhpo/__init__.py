"""simdyhpo: replay learning curves to many virtual workers, and see how schedulers decide.

Names are loaded when they are first used, so that `import simdyhpo` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simdyhpo import board as board
    from simdyhpo.catalog.entries import list_schedulers as list_schedulers
    from simdyhpo.decisions import ScheduleDecision as ScheduleDecision
    from simdyhpo.drawing.plots import plot_anytime as plot_anytime
    from simdyhpo.drawing.plots import plot_critical_difference as plot_critical_difference
    from simdyhpo.drawing.plots import plot_curves as plot_curves
    from simdyhpo.drawing.plots import plot_decisions as plot_decisions
    from simdyhpo.drawing.plots import plot_ranks as plot_ranks
    from simdyhpo.drawing.plots import plot_timeline as plot_timeline
    from simdyhpo.errors import SimdyhpoError as SimdyhpoError
    from simdyhpo.runs.front_door import simulate as simulate
    from simdyhpo.runs.result import RunResult as RunResult
    from simdyhpo.tables.blackboxes import list_blackboxes as list_blackboxes
    from simdyhpo.tables.blackboxes import load_blackbox as load_blackbox
    from simdyhpo.tables.curves import CurveTable as CurveTable
    from simdyhpo.versus.compare import compare as compare
    from simdyhpo.versus.comparison import Comparison as Comparison
    from simdyhpo.versus.stored import load_study as load_study

__version__ = "0.1.0"

_HOMES = {
    "Comparison": "simdyhpo.versus.comparison",
    "CurveTable": "simdyhpo.tables.curves",
    "RunResult": "simdyhpo.runs.result",
    "ScheduleDecision": "simdyhpo.decisions",
    "SimdyhpoError": "simdyhpo.errors",
    "compare": "simdyhpo.versus.compare",
    "list_blackboxes": "simdyhpo.tables.blackboxes",
    "list_schedulers": "simdyhpo.catalog.entries",
    "load_blackbox": "simdyhpo.tables.blackboxes",
    "load_study": "simdyhpo.versus.stored",
    "plot_anytime": "simdyhpo.drawing.plots",
    "plot_critical_difference": "simdyhpo.drawing.plots",
    "plot_curves": "simdyhpo.drawing.plots",
    "plot_decisions": "simdyhpo.drawing.plots",
    "plot_ranks": "simdyhpo.drawing.plots",
    "plot_timeline": "simdyhpo.drawing.plots",
    "simulate": "simdyhpo.runs.front_door",
}

__all__ = [*_HOMES, "__version__", "board"]  # noqa: PLE0604 - keys are strings


def __getattr__(name: str) -> object:
    if name != "board" and name not in _HOMES:
        raise AttributeError(f"module 'simdyhpo' has no attribute {name!r}")
    # Not sooner: pytest imports this package in every project, for our plugin, and may use nothing of it.
    importlib.import_module("simdyhpo.arithmetic").use_portable()
    if name == "board":  # a package: importing it makes it an attribute
        return importlib.import_module("simdyhpo.board")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
