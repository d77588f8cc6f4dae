"""Cells as version 0.1.0 wrote them, format 1: four files of one name in four folders. Read, never written.

The manifest in a cell's row has checksums of its decisions and reports. Of the row itself there is none: what
it says twice must agree. What was never kept twice can't be checked: the regret at shares of the budget,
where the workers' time went, the scheduler's counts, the versions, and the host seconds.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from simdyhpo.errors import OutputError
from simdyhpo.studies.cell_files import CellFiles
from simdyhpo.studies.cell_folders import read_part
from simdyhpo.studies.cell_rows import manifest_in
from simdyhpo.studies.checksums import digest
from simdyhpo.studies.damage import DamagedCell
from simdyhpo.studies.parts import LOGS, Part, part_table
from simdyhpo.studies.places import CELLS

_SUFFIX = ".parquet"
_FOLDERS: Mapping[Part, str] = {
    "cell": CELLS,
    "decisions": "decisions",
    "reports": "reports",
    "timing": "timing",
}
"""The first is the sign that a cell is there: it goes first when the cell does."""


class FourFolders(CellFiles):
    """The cells below a folder of results, four files each.

    Attributes:
        folder: of all results.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str, part: Part) -> Path:
        """The file that holds a part."""
        return self.folder / _FOLDERS[part] / f"{key}{_SUFFIX}"

    def keys(self) -> set[str]:
        """Of the cells that lie here.

        Raises:
            OutputError: the folder can't be read.
        """
        place = self.folder / CELLS
        try:
            names = os.listdir(place)  # noqa: PTH208 - several times faster than iterdir for 10,000 cells
        except FileNotFoundError:
            return set()
        except OSError as error:
            raise OutputError(f"{place}: can't be read ({error.strerror}); check its permissions") from None
        return {name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX) and name[0] != "."}

    def has(self, key: str) -> bool:
        """Whether a cell lies here."""
        return self.path(key, "cell").exists()

    def contents(self, key: str, parts: Sequence[Part]) -> Iterator[tuple[bytes, str]]:
        """Some parts, held against what there is to hold them against; see `CellFiles`."""
        checksums: Mapping[str, str] | None = None
        for part in parts:
            path = self.path(key, part)
            content = read_part(key, part, path)
            found = digest(content)
            if part in LOGS:
                checksums = self._checksums(key) if checksums is None else checksums
                if found != checksums.get(part):
                    raise DamagedCell(key, part, path, "damaged or altered since it was written")
            yield content, found

    def move_out(self, key: str, into: Path) -> None:
        """Move a cell into the new folder `into`; see `CellHome`."""
        into.mkdir()
        for part, name in _FOLDERS.items():
            if self.path(key, part).exists():
                self.path(key, part).rename(into / f"{name}{_SUFFIX}")

    def remove(self, key: str) -> None:
        """Take a cell out, its sign of being there first; see `CellHome`."""
        for part in _FOLDERS:
            self.path(key, part).unlink(missing_ok=True)

    def _checksums(self, key: str) -> dict[str, str]:
        path = self.path(key, "cell")
        try:
            return manifest_in(part_table(read_part(key, "cell", path), "cell"), key).checksums
        except ValueError as error:
            raise DamagedCell(key, "cell", path, str(error)) from None
