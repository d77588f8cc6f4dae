"""Cells in packs, format 3: many cells in a few files, which never change; see `pack_index`.

Packs come, and go when their cells are in another. So a reader that finds one gone looks again.
"""

from __future__ import annotations

import functools
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
import pyarrow as pa

from simdyhpo.errors import OutputError
from simdyhpo.files.whole import written_whole
from simdyhpo.studies.damage import DamagedCell
from simdyhpo.studies.pack_index import GONE, INDEX, Group, Index, generation_of, is_pack, read_index
from simdyhpo.studies.pack_reader import PackReader
from simdyhpo.studies.parts import PARTS, Part, part_bytes, part_file
from simdyhpo.studies.places import PACKS

T = TypeVar("T")

NOTE = "DAMAGED.txt"
"""In a cell's folder that was set aside: what was wrong with it."""
_LOOKS = 5
"""So often is looked again for what somebody else is packing anew."""


class Place(msgspec.Struct, frozen=True, order=True):
    """Where a cell lies: the name of its pack, the number of its group, its number there."""

    pack: str
    group: int
    number: int


class Packs:
    """The packed cells below a folder of results.

    Attributes:
        folder: of all results.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._listed: frozenset[str] = frozenset()
        self._indexes: dict[str, Index] = {}
        self._gone: dict[str, frozenset[str]] = {}
        self._places: dict[str, Place] = {}
        self._unreadable: dict[str, DamagedCell] = {}
        self._reader = PackReader(folder / PACKS)

    def keys(self) -> set[str]:
        """Of the cells that lie here; see `CellHome`."""
        self._look()
        return set(self._places)

    def has(self, key: str) -> bool:
        """Whether a cell lies here."""
        self._look()
        return key in self._places

    def path(self, key: str, part: Part) -> Path:
        """The file that holds a part, of this cell and of others."""
        place = self._places.get(key)
        return self.folder / PACKS / ("" if place is None else place.pack) / part_file(part)

    def table(self, key: str, part: Part, columns: Sequence[str] = ()) -> pa.Table:
        """A part, or some of its columns; see `CellHome`."""

        def read(place: Place) -> pa.Table:
            group = self._group(place)
            begin = sum(group.rows[part][: place.number])
            table = self._reader.table(place.pack, self._indexes[place.pack], place.group, part, columns)
            return table.slice(begin, group.rows[part][place.number])

        return self._with_place(key, part, read)

    def check(self, key: str) -> None:
        """See that all parts are as they were written; see `CellHome`."""
        for part in PARTS:
            self._with_place(key, part, functools.partial(self._check_piece, part=part))

    def damaged(self, keys: Iterable[str]) -> dict[str, DamagedCell]:
        """What `check` would say of some of the cells, by key; each group is read once."""
        found: dict[str, DamagedCell] = {}
        seen: dict[tuple[str, int], DamagedCell | None] = {}
        for key in self.in_order(keys):
            place = self._places[key]
            at = (place.pack, place.group)
            if at not in seen:
                seen[at] = None
                try:
                    self.check(key)
                except DamagedCell as damaged:
                    seen[at] = damaged
            if (said := seen[at]) is not None:
                found[key] = DamagedCell(key, said.part, said.path, said.problem)
        return found

    def in_order(self, keys: Iterable[str]) -> list[str]:
        """Those of the cells that lie here, as they lie: read so, each group is read once."""
        return sorted((key for key in keys if key in self._places), key=self._places.__getitem__)

    def tables(self, keys: Iterable[str], part: Part, columns: Sequence[str] = ()) -> Iterator[pa.Table]:
        """One part of some cells, in the order of `in_order`, those of a group in one table if all are asked.

        Raises:
            DamagedCell, OutputError: see `table`.
        """
        run: list[str] = []
        for key in self.in_order(keys):
            place = self._places[key]
            if run and self._places[run[-1]] != Place(place.pack, place.group, place.number - 1):
                yield self._run(run, part, columns)
                run = []
            run.append(key)
        if run:
            yield self._run(run, part, columns)

    def unreadable(self) -> list[DamagedCell]:
        """The packs of which nobody knows which cells are in them; `key` is the name of each."""
        self._look()
        return [self._unreadable[name] for name in sorted(self._unreadable)]

    def move_out(self, key: str, into: Path) -> None:
        """Write what is whole of a cell to the new folder `into`, and count it no more; see `CellHome`.

        If `key` is the name of an unreadable pack, all of it is moved.
        """
        into.mkdir()
        if key in self._unreadable:
            (self.folder / PACKS / key).rename(into)
            return
        if key not in self._places:
            raise FileNotFoundError(key)
        place, said = self._places[key], []
        for part in PARTS:
            try:
                (into / part_file(part)).write_bytes(part_bytes(self.table(key, part)))
            except DamagedCell as damaged:
                said.append(f"{damaged.path}: {damaged.problem}\n")
        (into / NOTE).write_text("".join(said), encoding="utf-8")
        self._write_gone(place.pack, [key])

    def remove(self, key: str) -> None:
        """Take a cell out in one step; see `CellHome`."""
        self.remove_all([key])

    def remove_all(self, keys: Iterable[str]) -> None:
        """Take cells out, of every pack that has them.

        Raises:
            OSError: that can't be.
        """
        self._look()
        wanted = set(keys) & self._places.keys()
        for name in list(self._indexes) if wanted else ():
            if here := sorted(wanted.intersection(self.alive(name))):
                self._write_gone(name, here)

    def generation(self, keys: Iterable[str]) -> int:
        """Later than that of every pack that has one of the cells."""
        before = (generation_of(self._places[key].pack) for key in keys if key in self._places)
        return 1 + max(before, default=-1)

    def names(self) -> list[str]:
        """Of the packs that can be read, sorted: the later a name, the more it counts."""
        self._look()
        return sorted(self._indexes)

    def alive(self, name: str) -> list[str]:
        """Keys of the cells of a pack, in their order, but for those that count no more."""
        gone = self._gone.get(name, frozenset())
        return [key for group in self._indexes[name].groups for key in group.keys if key not in gone]

    def counted(self, name: str) -> list[str]:
        """Those of `alive` that are in no later pack."""
        return [key for key in self.alive(name) if self._places[key].pack == name]

    def cells(self, name: str) -> int:
        """How many cells a pack was made of."""
        return sum(len(group.keys) for group in self._indexes[name].groups)

    def size(self, name: str) -> int:
        """How many bytes they take in memory."""
        return sum(group.size for group in self._indexes[name].groups)

    def _run(self, keys: Sequence[str], part: Part, columns: Sequence[str]) -> pa.Table:
        """Cells that lie beside each other in one group."""
        first = self._places[keys[0]]
        rows = self._group(first).rows[part]

        def read(place: Place) -> pa.Table:
            table = self._reader.table(place.pack, self._indexes[place.pack], place.group, part, columns)
            end = place.number + len(keys)
            return table.slice(sum(rows[: place.number]), sum(rows[place.number : end]))

        return self._with_place(keys[0], part, read)

    def _group(self, place: Place) -> Group:
        return self._indexes[place.pack].groups[place.group]

    def _check_piece(self, place: Place, part: Part) -> None:
        self._reader.content(place.pack, self._group(place).pieces[part], part)

    def _with_place(self, key: str, part: Part, read: Callable[[Place], T]) -> T:
        """What `read` finds where a cell lies; if its pack is gone, where it lies then."""
        for _ in range(_LOOKS):
            place = self._places.get(key)
            if place is None:
                self._look()
                place = self._places.get(key)
            if place is None:
                raise OutputError(f"{self.path(key, part)}: there is no such cell; run the study")
            path = self.path(key, part)
            try:
                return read(place)
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                if not self._look() and path.parent.is_dir():
                    break
            except ValueError as error:
                raise DamagedCell(key, part, path, str(error)) from None
            except OSError as error:
                raise OutputError(
                    f"{path}: can't be read ({error.strerror}); check its permissions"
                ) from None
        raise DamagedCell(key, part, path, "is missing")

    def _write_gone(self, name: str, keys: Sequence[str]) -> None:
        with written_whole(self.folder / PACKS / f"{name}{GONE}{secrets.token_hex(4)}") as aside:
            aside.write_text("".join(f"{key}\n" for key in keys), encoding="ascii")

    def _look(self) -> bool:
        """Learn what lies there now; returns whether that is something else than before."""
        changed = False
        while (listed := self._list()) != self._listed:
            changed = True
            self._listed = listed
            names = {name for name in listed if is_pack(name)}
            self._indexes = {name: index for name, index in self._indexes.items() if name in names}
            self._unreadable = {name: one for name, one in self._unreadable.items() if name in names}
            for name in names - self._indexes.keys() - self._unreadable.keys():
                self._load(name)
            self._gone = self._read_gone(listed)
            self._places = {
                key: Place(name, number, place)
                for name in sorted(self._indexes)
                for number, group in enumerate(self._indexes[name].groups)
                for place, key in enumerate(group.keys)
                if key not in self._gone.get(name, ())
            }
        return changed

    def _list(self) -> frozenset[str]:
        place = self.folder / PACKS
        try:
            return frozenset(name for name in os.listdir(place) if name[0] != ".")  # noqa: PTH208
        except FileNotFoundError:
            return frozenset()
        except OSError as error:
            raise OutputError(f"{place}: can't be read ({error.strerror}); check its permissions") from None

    def _load(self, name: str) -> None:
        try:
            self._indexes[name] = read_index(self.folder / PACKS / name)
        except FileNotFoundError:  # it went while we looked: the next look has what came in its place
            return
        except ValueError as error:
            path = self.folder / PACKS / name / INDEX
            self._unreadable[name] = DamagedCell(name, INDEX, path, str(error))

    def _read_gone(self, listed: Iterable[str]) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for one in listed:
            name, mark, _ = one.partition(GONE)
            if mark and name in self._indexes:
                try:
                    text = (self.folder / PACKS / one).read_text(encoding="ascii", errors="replace")
                except FileNotFoundError:
                    continue
                found.setdefault(name, set()).update(text.splitlines())
        return {name: frozenset(keys) for name, keys in found.items()}
