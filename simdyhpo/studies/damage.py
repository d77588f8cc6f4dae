"""What is wrong with a stored cell, and how it is said: once for all cells, with the advice that helps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from simdyhpo.errors import OutputError

REMEDY = "`simdyhpo study run` sets damaged cells aside and makes them anew"


class DamagedCell(OutputError):  # noqa: N818 - it says what there is
    """A cell that is not whole, or not as it was written.

    Attributes:
        key: of the cell.
        part: which part it is, of `parts.PARTS`, or the name of the file of checksums.
        path: of its file.
        problem: in words.
    """

    def __init__(self, key: str, part: str, path: Path, problem: str) -> None:
        self.key = key
        self.part = part
        self.path = path
        self.problem = problem
        super().__init__(f"{path}: {problem}; {REMEDY}")

    @property
    def usable(self) -> bool:
        """Whether the results are right all the same: host seconds alone are damaged."""
        return self.part == "timing"


class DamagedResults(UserWarning):
    """Some cells of a folder are damaged, and left out of what is reported."""


def damage_words(damaged: Sequence[DamagedCell], *, whole_path: bool = True) -> str:
    """All damage, at least of one cell, in a line."""
    first, count = damaged[0], len(damaged)
    left_out = sum(not one.usable for one in damaged)
    cells = "1 stored cell is damaged" if count == 1 else f"{count} stored cells are damaged"
    what = {0: "their host seconds are unknown", count: "left out"}.get(left_out, f"{left_out} left out")
    others = f", and {count - 1} more" if count > 1 else ""
    where = first.path if whole_path else Path(first.path.parent.name, first.path.name)
    return f"{cells} ({where}: {first.problem}{others}): {what}; {REMEDY}"
