"""Loose cells become packs, at any moment of which anybody may be killed.

A pack is written aside, forced to the disk, renamed, and read again; then what its cells were before goes.
Until then they are in two places, and count once. Whoever packs next removes what is still in both.
There are no locks: two that pack the same cells make two packs, and the later name counts. A pack goes only
when each of its cells is whole in one that counts more, so the last of them never does.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from simdyhpo.errors import cant_write
from simdyhpo.files.whole import PART
from simdyhpo.studies.damage import DamagedCell
from simdyhpo.studies.pack_index import GONE
from simdyhpo.studies.pack_write import MOST_BYTES, MOST_CELLS, Tables, size_of, write_pack
from simdyhpo.studies.packs import Packs
from simdyhpo.studies.parts import PARTS
from simdyhpo.studies.places import PACKS
from simdyhpo.studies.store import Store

AT_ONCE = MOST_CELLS
"""So many cells that a run has made are packed while it goes on."""
AT_REST = 100
"""At its end a run packs what is loose, if it is so many; fewer stay folders, which are easier to look at."""


class Packed(msgspec.Struct, frozen=True):
    """What was done.

    Attributes:
        cells: that were packed; those that were in small packs before count, too.
        packs: that they are in now.
        damaged: cells that were left where they are.
    """

    cells: int
    packs: int
    damaged: list[DamagedCell]


def pack_at_rest(store: Store) -> Packed:
    """Leave few files behind: remove what lies there twice, and pack what is loose if it is much.

    Raises:
        OutputError: see `pack_cells`.
    """
    if len(store.loose()) >= AT_REST:
        return pack_cells(store)
    remove_doubles(store)
    return Packed(0, 0, [])


def pack_cells(store: Store, keys: Iterable[str] | None = None) -> Packed:
    """Pack loose cells, of whatever format.

    Args:
        store: of all results.
        keys: which cells; all if not given, and then small packs become larger ones, too.

    Raises:
        OutputError: the folder can't be read or written, or the disk is full; no cell is lost.
    """
    remove_doubles(store)
    loose = store.loose()
    wanted = sorted(loose if keys is None else loose.keys() & set(keys))
    packs, damaged = store.packs, list[DamagedCell]()
    small = _small_packs(packs) if keys is None else []
    if wanted or len(small) > 1 or any(2 * len(packs.counted(name)) < packs.cells(name) for name in small):
        wanted += packs.in_order(key for name in small for key in packs.counted(name))
    count = made = 0
    try:
        for batch in _batches(_whole_cells(store, wanted, damaged)):
            write_pack(store.folder, packs.generation(key for key, _ in batch), batch)
            count, made = count + len(batch), made + 1
            _remove_loose(store, [key for key, _ in batch])
        remove_doubles(store)
    except OSError as error:
        raise cant_write(store.folder, error) from None
    return Packed(count, made, damaged)


def remove_doubles(store: Store) -> None:
    """Remove loose cells and packs that count no more: somebody was killed while packing.

    Raises:
        OutputError: the folder can't be read.
    """
    packs = store.packs
    names = packs.names()
    if not names:
        return
    _remove_loose(store, store.loose().keys() & packs.keys())
    for name in names:
        alive = packs.alive(name)
        if not packs.counted(name) and not packs.damaged(alive):
            _remove_pack(store.folder, name)
    with suppress(OSError):
        for path in (store.folder / PACKS).glob(f"[!.]*{GONE}*"):
            if not (store.folder / PACKS / path.name.partition(GONE)[0]).exists():
                path.unlink(missing_ok=True)


def _whole_cells(
    store: Store, keys: Iterable[str], damaged: list[DamagedCell]
) -> Iterator[tuple[str, Tables]]:
    """All parts of each cell that is as it was written; the others go to `damaged`."""
    loose = store.loose()
    for key in keys:
        try:
            if key in loose:
                tables: Tables = loose[key].whole(key)
            else:
                tables = {part: store.packs.table(key, part) for part in PARTS}
        except DamagedCell as one:
            if store.has(key):  # else somebody else has set it aside
                damaged.append(one)
        else:
            yield key, tables


def _batches(cells: Iterable[tuple[str, Tables]]) -> Iterator[list[tuple[str, Tables]]]:
    """As many as go into a pack."""
    batch: list[tuple[str, Tables]] = []
    size = 0
    for key, tables in cells:
        batch.append((key, tables))
        size += size_of(tables)
        if len(batch) >= MOST_CELLS or size >= MOST_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _small_packs(packs: Packs) -> list[str]:
    """Those that are less than half full, by cells and by bytes."""
    small = []
    for name in packs.names():
        counted = len(packs.counted(name))
        size = packs.size(name) * counted / max(packs.cells(name), 1)
        if 0 < counted < MOST_CELLS // 2 and size < MOST_BYTES // 2:
            small.append(name)
    return small


def _remove_loose(store: Store, keys: Iterable[str]) -> None:
    """Remove those that are whole in packs. What can't be removed counts once all the same."""
    packed, loose = store.packs.keys(), store.loose()
    both = [key for key in keys if key in packed and key in loose]
    damaged = store.packs.damaged(both)
    for key in both:
        if key not in damaged:
            with suppress(OSError):
                loose[key].remove(key)


def _remove_pack(folder: Path, name: str) -> None:
    aside = folder / f".{name}-{secrets.token_hex(8)}{PART}"
    with suppress(OSError):
        (folder / PACKS / name).rename(aside)
        shutil.rmtree(aside)
