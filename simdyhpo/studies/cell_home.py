"""What every way in which cells can lie in a folder has to offer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from simdyhpo.studies.parts import Part


class CellHome(Protocol):
    """Cells below one folder, in one layout. What is read is held against its checksum first."""

    def keys(self) -> set[str]:
        """Of the cells that lie here, damaged ones included.

        Raises:
            OutputError: the folder can't be read.
        """
        ...

    def has(self, key: str) -> bool:
        """Whether a cell lies here."""
        ...

    def path(self, key: str, part: Part) -> Path:
        """The file that holds a part."""
        ...

    def table(self, key: str, part: Part, columns: Sequence[str] = ()) -> pa.Table:
        """A part as it was written, or some of its columns.

        Raises:
            DamagedCell: it is missing, or other than it was written.
            OutputError: it can't be read for another reason.
        """
        ...

    def check(self, key: str) -> None:
        """See that all parts are there and as they were written.

        Raises:
            DamagedCell: one isn't. If it is "timing", all others are.
            OutputError: it can't be read for another reason.
        """
        ...

    def move_out(self, key: str, into: Path) -> None:
        """Move a cell into the new folder `into`, as far as it is there.

        Raises:
            OSError: that can't be; FileExistsError if `into` is there.
        """
        ...

    def remove(self, key: str) -> None:
        """Take a cell out, so that no half of it is ever seen.

        Raises:
            OSError: that can't be.
        """
        ...
