"""What a report has to say of tables whose worst value lies far outside the rest."""

from __future__ import annotations

from collections.abc import Iterable

from simdyhpo.analysis.far_worst import far_worst
from simdyhpo.tables.curves import CurveTable


def far_worst_lines(tables: Iterable[CurveTable]) -> list[str]:
    """A Markdown list of warnings below a blank line; nothing where no table needs one."""
    found = [far for far in map(far_worst, tables) if far is not None]
    return ["", *(f"- Warning: {far.words}" for far in found)] if found else []
