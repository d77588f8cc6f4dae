"""Arrays that nobody can write into: whoever shares a table with others can't change it for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def lock(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Make an array of one's own read-only, with all that it is a view of. Returns the same array."""
    part: object = array
    while isinstance(part, np.ndarray):
        part.flags.writeable = False
        part = part.base
    return array


def locked_copy(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A read-only copy; the array given stays as it is. One mapped read-only from a file is not copied."""
    if isinstance(array, np.memmap) and array.mode == "r":
        return array
    return lock(np.array(array))
