"""The board: one fixed comparison whose results come along, and where a scheduler of yours stands on it.

>>> import simdyhpo
>>> simdyhpo.board.stand("my_module:Mine", quick=True)

Names are loaded when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simdyhpo.board.contest import stand as stand
    from simdyhpo.board.standing import Standing as Standing

_HOMES = {"Standing": "simdyhpo.board.standing", "stand": "simdyhpo.board.contest"}

__all__ = [*_HOMES]  # noqa: PLE0604 - keys are strings


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'simdyhpo.board' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
