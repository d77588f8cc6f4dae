"""Surrogates by name, imported when one is made: only then torch loads."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from typing import Any

from simdyhpo.errors import ModelLibraryError

CPU_BUILD = "pip install torch --index-url https://download.pytorch.org/whl/cpu"
"""How to get the build of PyTorch that is enough here."""

_broken: list[ModelLibraryError] = []
"""What a broken PyTorch said. Imported once more, half of it is there already, and it says something else."""


def surrogate_class(target: str) -> Any:  # noqa: ANN401 - a class that makes a `Surrogate`
    """The class behind `module:Class`.

    Raises:
        ModelLibraryError: it is one of ours, and what it needs isn't installed, or is broken.
        BaseException: what somebody's own module raises.
    """
    module, _, name = target.partition(":")
    if not _is_ours(target):
        return getattr(importlib.import_module(module), name)
    if _broken:
        raise _broken[0].with_traceback(None)
    try:
        return getattr(importlib.import_module(module), name)
    except Exception as error:  # noqa: BLE001 - a broken library raises what it likes
        raise _told(error) from None


def can_wait(target: str) -> bool:
    """Whether the class behind `module:Class` need not be imported yet: it is ours, and torch is installed.

    Loading torch takes longer than all else until a run's first decision, and first decisions ask no model.

    Raises:
        ModelLibraryError: it is ours, and torch isn't installed.
    """
    if not _is_ours(target):
        return False
    if _broken:
        raise _broken[0].with_traceback(None)
    try:
        there = importlib.util.find_spec("torch") is not None
    except Exception as error:  # noqa: BLE001 - who looks for modules otherwise raises what he likes
        raise _told(error) from None
    if not there:
        raise _told(ModuleNotFoundError("No module named 'torch'", name="torch"))
    return True


def _is_ours(target: str) -> bool:
    return target.startswith(f"{__package__}.")


def _told(error: Exception) -> ModelLibraryError:
    """The line for an import that failed."""
    if "torch" in sys.modules and _gpytorch_raised(error):
        return ModelLibraryError("GPyTorch", "pip install --upgrade gpytorch linear_operator", error)
    if isinstance(error, ModuleNotFoundError) and error.name == "torch":
        return ModelLibraryError("PyTorch", CPU_BUILD, error)
    _broken.append(ModelLibraryError("PyTorch", f"{CPU_BUILD} --force-reinstall", error))
    return _broken[0]


def _gpytorch_raised(error: Exception) -> bool:
    modules = {str(frame.f_globals.get("__name__")) for frame, _ in traceback.walk_tb(error.__traceback__)}
    if isinstance(error, ModuleNotFoundError):
        modules.add(str(error.name))
    return any(module.partition(".")[0] in ("gpytorch", "linear_operator") for module in modules)
