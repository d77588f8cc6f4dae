"""What cells that are files of their own have in common: each part is read from its bytes, and checked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from simdyhpo.studies.cell_rows import check_seconds, manifest_in
from simdyhpo.studies.damage import DamagedCell
from simdyhpo.studies.parts import LOGS, PARTS, Part, part_table


class CellFiles(ABC):
    """Cells whose parts are files of their own; see `CellHome`."""

    @abstractmethod
    def path(self, key: str, part: Part) -> Path:
        """The file that holds a part."""

    @abstractmethod
    def contents(self, key: str, parts: Sequence[Part]) -> Iterator[tuple[bytes, str]]:
        """Some parts as they were written, each when its turn comes, and the digest of each.

        Raises:
            DamagedCell: one is missing, or other than it was written.
            OutputError: it can't be read for another reason.
        """

    @abstractmethod
    def remove(self, key: str) -> None:
        """Take a cell out; see `CellHome`."""

    def table(self, key: str, part: Part, columns: Sequence[str] = ()) -> pa.Table:
        """A part, or some of its columns; see `CellHome`."""
        ((content, _),) = self.contents(key, [part])
        return self._parsed(key, part, content, columns)

    def check(self, key: str) -> None:
        """See that all parts are as they were written; see `CellHome`."""
        for _ in self._checked(key, list(set(PARTS) - set(LOGS))):
            pass

    def whole(self, key: str) -> dict[Part, pa.Table]:
        """All parts, read once and checked as `check` does.

        Raises:
            DamagedCell, OutputError: see `check`.
        """
        return dict(self._checked(key, list(PARTS)))

    def _checked(self, key: str, parsed: Sequence[Part]) -> Iterator[tuple[Part, pa.Table]]:
        """Every part is held against what there is; of some the table is wanted, too."""
        parts: list[Part] = ["cell", *LOGS, "timing"]
        checksums: Mapping[str, str] = {}
        for part, (content, found) in zip(parts, self.contents(key, parts), strict=True):
            if part in LOGS and checksums.get(part) != found:
                raise DamagedCell(key, part, self.path(key, part), "is not the one that its manifest names")
            if part not in parsed:
                continue
            table = self._parsed(key, part, content)
            try:
                if part == "cell":
                    checksums = manifest_in(table, key).checksums
                elif part == "timing":
                    check_seconds(table, key)
            except ValueError as error:
                raise DamagedCell(key, part, self.path(key, part), str(error)) from None
            yield part, table

    def _parsed(self, key: str, part: Part, content: bytes, columns: Sequence[str] = ()) -> pa.Table:
        try:
            return part_table(content, part, columns)
        except ValueError as error:
            raise DamagedCell(key, part, self.path(key, part), str(error)) from None
