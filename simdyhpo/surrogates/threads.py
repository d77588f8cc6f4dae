"""One thread: results must not depend on how many cores a machine has."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from threadpoolctl import ThreadpoolController

_WITH_ONE = frozenset(("numpy", "scipy.linalg"))
"""Modules that bring a library along."""


@contextmanager
def one_thread() -> Iterator[None]:
    """torch, numpy and scipy compute on one thread inside; the caller's settings come back afterwards."""
    with ExitStack() as back:
        if (threads := torch.get_num_threads()) != 1:
            back.callback(torch.set_num_threads, threads)
            torch.set_num_threads(1)
        for library in _matrix_libraries(frozenset(_WITH_ONE.intersection(sys.modules))):
            if (threads := library.get_num_threads()) != 1:
                back.callback(library.set_num_threads, threads)
                library.set_num_threads(1)
        yield


@functools.cache
def _matrix_libraries(loaded: frozenset[str]) -> Sequence[Any]:
    """Those of modules that are loaded. Kept, since to look for them takes milliseconds."""
    return tuple(ThreadpoolController().select(user_api="blas").lib_controllers) if loaded else ()
