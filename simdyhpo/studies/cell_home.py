"""What every way in which cells can lie in a folder has to offer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

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

    def contents(self, key: str, parts: Sequence[Part]) -> Iterator[tuple[bytes, str]]:
        """Some parts as they were written, each when its turn comes, and the digest of each.

        Raises:
            DamagedCell: one is missing, or other than it was written.
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
