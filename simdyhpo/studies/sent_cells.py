"""Cells that a worker couldn't keep itself, where they arrive: checked like any other, then kept here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from simdyhpo.studies.cell_files import CellFiles
from simdyhpo.studies.cell_folders import summed_contents
from simdyhpo.studies.damage import DamagedCell
from simdyhpo.studies.parts import PARTS, Part, part_file
from simdyhpo.studies.store import Store
from simdyhpo.studies.tasks import Outcome


class SentCell(CellFiles):
    """The files of a cell that aren't on a disk yet, read and checked as if they lay in its folder.

    Attributes:
        place: the cell's folder, where they will lie.
        files: by name, with their checksums.
    """

    def __init__(self, place: Path, files: Mapping[str, bytes]) -> None:
        self.place = place
        self.files = dict(files)

    def path(self, key: str, part: Part) -> Path:  # noqa: ARG002 - there is one cell
        """The file that will hold a part."""
        return self.place / part_file(part)

    def contents(self, key: str, parts: Sequence[Part]) -> Iterator[tuple[bytes, str]]:
        """Some parts as they were sent; see `CellFiles`."""
        yield from summed_contents(key, parts, self.place, lambda part, path: self._file(key, part, path))

    def remove(self, key: str) -> None:  # noqa: ARG002 - there is one cell
        """Let go of all files."""
        self.files.clear()

    def _file(self, key: str, part: str, path: Path) -> bytes:
        if path.name not in self.files:
            raise DamagedCell(key, part, path, "is missing")
        return self.files[path.name]


def keep_sent(outcome: Outcome, store: Store, *, sync: bool) -> Outcome:
    """Keep what a worker sent back, or the story of the failure there; other outcomes are left as they are.

    Returns:
        The same without what was sent. A cell that isn't whole has failed.

    Raises:
        OutputError: the store can't be written.
    """
    failure, story = outcome.failure, outcome.story
    if outcome.files is not None:
        cell = SentCell(store.address(outcome.key), outcome.files)
        try:
            parts = dict(
                zip(PARTS, (content for content, _ in cell.contents(outcome.key, list(PARTS))), strict=True)
            )
            cell.check(outcome.key)
            store.keep(outcome.key, parts, sync=sync)
        except DamagedCell as damaged:
            failure = f"damaged on its way from a worker: {damaged.path.name} {damaged.problem}; run it again"
            story = f"{failure}\n"
    if story is not None:
        store.write_failure(outcome.key, story)
    return Outcome(outcome.key, failure, fatal=outcome.fatal)
