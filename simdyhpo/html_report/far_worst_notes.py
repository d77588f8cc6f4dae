"""Warnings of pages about tables whose worst value lies far outside the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from simdyhpo.analysis.far_worst import far_worst
from simdyhpo.errors import SimdyhpoError
from simdyhpo.rebuilding.again import find_same_table


def far_worst_notes(boxes: Iterable[Mapping[str, Any]]) -> list[str]:
    """A sentence for each table that needs one, as far as tables are found here.

    Args:
        boxes: what manifests say of the tables.
    """
    notes = []
    for box in boxes:
        try:
            found = far_worst(find_same_table(dict(box)))
        except SimdyhpoError:
            continue
        if found is not None:
            notes.append(found.words)
    return notes
