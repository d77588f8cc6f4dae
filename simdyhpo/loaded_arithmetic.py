"""Whether the libraries that are loaded compute with the code of `simdyhpo.arithmetic`: they are asked."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Literal

from simdyhpo.arithmetic import portable_variables

Kind = Literal["portable", "native"]

_COMMON_CORES = {"Haswell", "Zen"}
"""OpenBLAS's names for the same code."""

_MKL_COMPATIBLE = 3


def arithmetic() -> Kind:
    """Portable: as on every x86-64 processor with AVX2; native: in part or whole as on this one alone.

    A library that isn't loaded yet counts by the variables that it will read.
    """
    wanted = portable_variables()
    asked_for = bool(wanted) and all(os.environ.get(name) == value for name, value in wanted.items())
    return "portable" if asked_for and _numpy_has_it() and _torch_has_it() else "native"


def _numpy_has_it() -> bool:
    """Also scipy's matrices, and those of all others who bring an OpenBLAS along."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return True
    core = numpy._core if hasattr(numpy, "_core") else numpy.core  # noqa: SLF001 - numpy has no other word for it
    if wide_loops(core._multiarray_umath):  # noqa: SLF001
        return False
    from threadpoolctl import threadpool_info

    loaded = [library for library in threadpool_info() if library["internal_api"] == "openblas"]
    return {library.get("architecture") for library in loaded} <= _COMMON_CORES


def wide_loops(umath: ModuleType) -> set[str]:
    """The features beyond AVX2 that numpy's loops use here.

    Its list of features has more: single instructions that no switch hides, and no loop is made for.

    Args:
        umath: numpy's `_multiarray_umath`.
    """
    made_for = (*umath.__cpu_baseline__, *umath.__cpu_dispatch__)
    wide = [name for name in made_for if name.startswith(("AVX512", "X86_V4"))]
    return {name for name in wide if umath.__cpu_features__[name]}


def _torch_has_it() -> bool:
    torch = sys.modules.get("torch")
    if torch is None:
        return True
    return torch.backends.cpu.get_cpu_capability() == "AVX2" and _mkl_branch(torch) in (None, _MKL_COMPATIBLE)


def _mkl_branch(torch: ModuleType) -> int | None:
    """The branch that torch's MKL takes; None if it has none, or keeps that to itself."""
    folder = Path(str(torch.__file__)).parent / "lib"
    try:
        ask = ctypes.CDLL(str(folder / "libtorch_cpu.so")).mkl_serv_cbwr_get
    except (OSError, AttributeError):
        return None
    return int(ask(1))
