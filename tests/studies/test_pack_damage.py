"""Each piece of a pack harmed in each way: it is said, set aside, made again, and nothing else is lost."""

import pytest

from simdyhpo.studies import pack_write
from simdyhpo.studies.damage import DamagedCell, DamagedResults
from simdyhpo.studies.finished_cells import finished_cells
from simdyhpo.studies.pack_index import INDEX, INDEX_COPY, read_index
from simdyhpo.studies.packing import pack_cells
from simdyhpo.studies.packs import NOTE
from simdyhpo.studies.parts import PARTS, part_file
from simdyhpo.studies.places import PACKS
from simdyhpo.studies.store import Store
from tests.studies.packed_cells import all_of, filled, keys, results

CELLS, GROUP = 9, 3
FILES = [*(part_file(part) for part in PARTS), INDEX, INDEX_COPY]


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Nine cells in one pack, in groups of three."""
    monkeypatch.setattr(pack_write, "GROUP_CELLS", GROUP)
    store = filled(tmp_path / "results", CELLS)
    pack_cells(store)
    return Store(store.folder)


@pytest.fixture
def pack(store):
    (name,) = store.packs.names()
    return store.folder / PACKS / name


def middle(pack, name):
    """Where the second group's piece of a file begins, and its length; of an index, what is in its middle."""
    if name in (INDEX, INDEX_COPY):
        return (pack / name).stat().st_size // 2, 20
    piece = read_index(pack).groups[1].pieces[name.partition(".")[0]]
    return piece.offset, piece.length


def harm(path, begin, length, how):
    whole = path.read_bytes()
    content = {
        "gone": None,
        "empty": b"",
        "cut": whole[: begin + length // 2],
        "zeroed": whole[:begin] + bytes(length) + whole[begin + length :],
        "a bit flipped": whole[:begin] + bytes([whole[begin] ^ 1]) + whole[begin + 1 :],
        "turned round": whole[:begin] + whole[begin : begin + length][::-1] + whole[begin + length :],
    }[how]
    path.unlink()
    if content is not None:
        path.write_bytes(content)


ALL, FROM_SECOND, SECOND = range(9), range(3, 9), range(3, 6)
HARMS = {
    "gone": ALL,
    "empty": ALL,
    "cut": FROM_SECOND,
    "zeroed": SECOND,
    "a bit flipped": SECOND,
    "turned round": SECOND,
}
"""Which cells each costs, done to the second group of three."""


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("how", HARMS)
def test_damage_costs_the_cells_of_its_group_and_they_are_made_again(store, pack, name, how):
    before = all_of(store, keys(CELLS))
    harm(pack / name, *middle(pack, name), how)
    store = Store(store.folder)
    bad = [] if name in (INDEX, INDEX_COPY) else [keys(CELLS)[number] for number in HARMS[how]]
    good = [key for key in keys(CELLS) if key not in bad]
    damaged = store.damage(keys(CELLS))
    assert [one.key for one in damaged] == bad
    assert {one.path for one in damaged} <= {pack / name}
    assert store.finished() == set(keys(CELLS))
    assert all_of(store, good).items() <= before.items()
    for key in bad:
        with pytest.raises(DamagedCell, match="study run"):
            store.table(key, name.partition(".")[0])
    usable = keys(CELLS) if name == "timing.parquet" else good
    if bad:
        with pytest.warns(DamagedResults, match=f"{len(bad)} stored cells are damaged"):
            assert finished_cells(store, keys(CELLS)).stored["cell"].tolist() == usable
    assert store.seconds(keys(CELLS)).notna().sum() == (len(good) if name == "timing.parquet" else CELLS)
    assert [one.key for one in store.set_damaged_aside(keys(CELLS))] == bad
    assert Store(store.folder).finished() == store.finished() == set(good)
    assert store.set_aside() == [f"{key}-1" for key in bad]
    for key in bad:
        place = store.folder / "damaged" / f"{key}-1"
        assert str(pack / name) in (place / NOTE).read_text()
        assert sorted(path.name for path in place.iterdir()) == sorted(
            {NOTE, *map(part_file, PARTS)} - {name}
        )
        store.write(key, results()[int(key, 16) % 4])
    assert store.damage(keys(CELLS)) == []
    assert all_of(store, keys(CELLS)) == before
    pack_cells(store)
    assert store.loose() == {}
    assert store.damage(keys(CELLS)) == [] == store.set_damaged_aside(keys(CELLS))
    assert all_of(Store(store.folder), keys(CELLS)) == before


@pytest.mark.parametrize("part", PARTS)
def test_parts_that_change_places_are_noticed(store, pack, part):
    """Two packs' files of one name, and two groups of one file."""
    other = filled(store.folder.parent / "other", CELLS, first=100)
    pack_cells(other)
    (name,) = other.packs.names()
    mine, theirs = pack / part_file(part), other.folder / PACKS / name / part_file(part)
    content = mine.read_bytes()
    mine.write_bytes(theirs.read_bytes())
    theirs.write_bytes(content)
    assert [one.key for one in Store(store.folder).damage(keys(CELLS))] == keys(CELLS)
    assert len(Store(other.folder).damage(keys(CELLS, 100))) == CELLS
    first, second = read_index(pack).groups[:2]
    one, two = first.pieces[part], second.pieces[part]
    begin, between, end = one.offset, one.offset + one.length, two.offset + two.length
    mine.write_bytes(content[:begin] + content[between:end] + content[begin:between] + content[end:])
    assert [one.key for one in Store(store.folder).damage(keys(CELLS))] == keys(6)


def test_a_files_own_end_is_for_others_only(store, pack):
    """What it says is in the index, too."""
    before = all_of(store, keys(CELLS))
    for part in PARTS:
        path = pack / part_file(part)
        content = path.read_bytes()
        path.write_bytes(content[:-8] + bytes(8))
    store = Store(store.folder)
    assert store.damage(keys(CELLS)) == []
    assert all_of(store, keys(CELLS)) == before


def test_a_pack_without_index_is_said_set_aside_and_its_cells_made_again(store, pack):
    before = all_of(store, keys(CELLS))
    filled(store.folder, 1, first=CELLS)
    for name in (INDEX, INDEX_COPY):
        harm(pack / name, *middle(pack, name), "zeroed")
    store = Store(store.folder)
    (damaged,) = store.damage(keys(CELLS + 1))
    assert damaged.path == pack / INDEX
    assert "which cells are in this pack is unknown" in str(damaged)
    assert store.finished() == set(keys(1, CELLS))
    with pytest.warns(DamagedResults):
        assert finished_cells(store).stored["cell"].tolist() == keys(1, CELLS)
    assert [one.key for one in store.set_damaged_aside(keys(CELLS))] == [pack.name]
    assert store.set_aside() == [f"{pack.name}-1"]
    assert store.damage(keys(CELLS)) == []
    filled(store.folder, CELLS)
    assert all_of(store, keys(CELLS)) == before


def test_an_older_copy_serves_where_a_later_one_is_damaged(store, pack):
    """Somebody was killed before the first went, and then the disk failed."""
    before = all_of(store, keys(CELLS))
    kept = store.folder.parent / "kept"
    pack.rename(kept)
    filled(store.folder, CELLS)
    later = Store(store.folder)
    generation = pack_write.write_pack(
        store.folder, 1, [(key, later.loose()[key].whole(key)) for key in keys(CELLS)]
    )
    for key in keys(CELLS):
        later._cells.remove(key)
    kept.rename(pack)
    harm(store.folder / PACKS / generation / "reports.parquet", 4, 20, "zeroed")
    store = Store(store.folder)
    assert [one.key for one in store.set_damaged_aside(keys(CELLS))] == keys(GROUP)
    assert store.finished() == set(keys(CELLS))
    assert store.damage(keys(CELLS)) == []
    pack_cells(store)
    assert all_of(Store(store.folder), keys(CELLS)) == before
