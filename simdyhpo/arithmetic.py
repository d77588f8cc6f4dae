"""How libraries add and multiply: on one thread, and by the same code on every processor.

numpy, scipy and torch choose their code by processor: wider vectors add in another order, and what is one
vendor's takes other ways than what is not. Sums then differ in their last digit, training makes that larger,
and a model decides otherwise after some dozen decisions. Their own switches ask for the code that all x86-64
processors with AVX2 have in common. They are read when a library is loaded, so that this module imports none.

Variables that are set already stay as they are: who sets one decides for himself.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Environment with which numpy and torch compute on one thread, if it is set before they are loaded."""

COMMON = {
    "ATEN_CPU_CAPABILITY": "avx2",  # torch's loops
    "MKL_CBWR": "COMPATIBLE",  # torch's matrices: no other branch is the same for Intel's and AMD's
    "ONEDNN_MAX_CPU_ISA": "AVX2",  # torch's layers
    "OPENBLAS_CORETYPE": "Haswell",  # numpy's and scipy's matrices
}
"""The libraries' switches, by the environment variable that each reads."""

NUMPY_SWITCH = "NPY_DISABLE_CPU_FEATURES"

WIDER = {
    (1, 26): "AVX512F AVX512CD AVX512_KNL AVX512_KNM AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL",
    (2, 1): "AVX512F AVX512CD AVX512_KNL AVX512_KNM AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR",
    (2, 4): "X86_V4 AVX512_ICL AVX512_SPR",
}
"""What numpy's loops have beyond AVX2, by the version that first calls it so; it warns of others' names."""

_CPUINFO = Path("/proc/cpuinfo")


def use_portable() -> None:
    """Ask for the common code in this process, as far as libraries are not loaded, and in its children."""
    for name, value in portable_variables().items():
        os.environ.setdefault(name, value)


def portable_variables() -> dict[str, str]:
    """The switches and their values; none where the common code can't run, or nobody knows whether it can."""
    known = _instructions()
    if "avx2" not in known or "fma" not in known:
        return {}
    return COMMON | ({NUMPY_SWITCH: _wider_loops()} if "avx512f" in known else {})


def _instructions() -> frozenset[str]:
    """What this processor can do, in Linux's words; empty if it is no x86-64, or doesn't say."""
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        return frozenset()
    try:
        with _CPUINFO.open(encoding="ascii", errors="replace") as told:
            line = next((line for line in told if line.startswith("flags")), "")
    except OSError:
        return frozenset()
    return frozenset(line.split())


def _wider_loops() -> str:
    from importlib import metadata

    try:
        version = tuple(int(part) for part in metadata.version("numpy").split(".")[:2])
    except (metadata.PackageNotFoundError, ValueError):
        return ""
    return WIDER[max(first for first in WIDER if first <= max(version, min(WIDER)))]
