"""The compact store: the same cells are the same bytes; what is damaged or of another board is refused."""

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simdyhpo.board import results
from simdyhpo.board.definition import load_board
from simdyhpo.board.results import Kept, merged, method_file, read_kept, write_kept
from simdyhpo.errors import BoardVersionError, OutputError
from simdyhpo.streams import Streams

BOARD = load_board()
PART = BOARD.part()


def kept(number: int, method: str = "asha", **changes) -> Kept:
    """A cell of a run whose incumbent changes some fifteen times, as they do."""
    generator = Streams(number).generator("kept")
    falls = np.where(generator.random(100) < 0.15, generator.random(100), 1.0)
    fields = {
        "cell": generator.bytes(16).hex(),
        "method": method,
        "scheduler": "asha",
        "blackbox": BOARD.tables[number % 47],
        "workers": 1,
        "seed": number // 47,
        "behaviour": 3,
        "span": 0.1 + number % 47,
        "marks": np.multiply.accumulate(falls).astype(np.float32),
    }
    return Kept(**fields | changes)


ROWS = [kept(number) for number in range(94)]


def test_written_and_read_again_in_the_order_of_tables_and_seeds(tmp_path):
    path = tmp_path / "asha.parquet"
    write_kept(path, BOARD, PART, ROWS)
    found = read_kept(path, BOARD, PART, "asha")
    places = [(BOARD.tables.index(one.blackbox), one.seed) for one in found]
    assert places == sorted(places)
    by_key = {one.cell: one for one in ROWS}
    assert len(found) == 94
    assert all(one.same(by_key[one.cell]) for one in found)


def test_the_same_cells_are_the_same_bytes(tmp_path):
    one, other = tmp_path / "one.parquet", tmp_path / "other.parquet"
    write_kept(one, BOARD, PART, ROWS)
    write_kept(other, BOARD, PART, ROWS[::-1])
    assert one.read_bytes() == other.read_bytes()
    write_kept(other, BOARD, PART, read_kept(one, BOARD, PART))
    assert one.read_bytes() == other.read_bytes()


def test_a_board_of_25_methods_is_under_8_megabytes(tmp_path):
    path = method_file(tmp_path, PART, "asha")
    write_kept(path, BOARD, PART, [kept(number) for number in range(470)])
    assert 25 * len(BOARD.parts) * path.stat().st_size < 8e6


def test_another_version_is_not_compared(tmp_path):
    path = tmp_path / "asha.parquet"
    write_kept(path, msgspec.structs.replace(BOARD, version=2), PART, ROWS)
    with pytest.raises(BoardVersionError, match=r"board 2, and this is board 1.*`simdyhpo board run`"):
        read_kept(path, BOARD, PART)


def test_another_format_is_not_read(tmp_path, monkeypatch):
    path = tmp_path / "asha.parquet"
    monkeypatch.setattr(results, "FORMAT", 2)
    write_kept(path, BOARD, PART, ROWS)
    monkeypatch.undo()
    with pytest.raises(OutputError, match="format 2, this one reads up to 1"):
        read_kept(path, BOARD, PART)


def test_another_part_is_told(tmp_path):
    path = tmp_path / "asha.parquet"
    write_kept(path, BOARD, BOARD.part("eight-workers"), ROWS)
    with pytest.raises(OutputError, match="give --part eight-workers"):
        read_kept(path, BOARD, PART)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([*ROWS, ROWS[0]], "a cell twice"),
        ([ROWS[0], kept(1, "sh")], "cells of other methods"),
        ([kept(0, "sh")], "cells of other methods than asha"),
        ([kept(0, marks=np.full(100, np.nan, dtype=np.float32))], "values that are none"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, rows, said):
    write_kept(tmp_path / "asha.parquet", BOARD, PART, rows)
    with pytest.raises(OutputError, match=said):
        read_kept(tmp_path / "asha.parquet", BOARD, PART, "asha")


def test_tables_of_another_board_are_refused(tmp_path, made):
    tiny = load_board(made)
    rows = [kept(0, blackbox="digits-mlp")]
    write_kept(tmp_path / "asha.parquet", msgspec.structs.replace(tiny, version=1), PART, rows)
    with pytest.raises(OutputError, match=r"tables that aren't in board.toml: digits-mlp"):
        read_kept(tmp_path / "asha.parquet", BOARD, PART)


def test_damage_is_one_line(tmp_path):
    path = tmp_path / "asha.parquet"
    write_kept(path, BOARD, PART, ROWS)
    content = path.read_bytes()
    for broken in (b"", b"PAR1", content[: len(content) // 2], content[:-8] + bytes(8)):
        path.write_bytes(broken)
        with pytest.raises(OutputError, match="damaged"):
            read_kept(path, BOARD, PART)
    with pytest.raises(OutputError, match="check the path"):
        read_kept(tmp_path / "nobody.parquet", BOARD, PART)


def test_any_other_parquet_file_is_refused(tmp_path):
    pq.write_table(pa.table({"cell": ["a"]}), tmp_path / "other.parquet")
    with pytest.raises(OutputError, match="no results of a board"):
        read_kept(tmp_path / "other.parquet", BOARD, PART)


def test_adding_twice_is_adding_once():
    keys = [one.cell for one in ROWS]
    once = merged([], ROWS, keys)
    assert (once.added, once.there, once.other, once.stale) == (94, 0, 0, 0)
    again = merged(once.cells, ROWS[:50], keys)
    assert (again.added, again.there, again.other, again.stale) == (0, 50, 0, 0)
    assert {one.cell for one in again.cells} == set(keys)


def test_what_is_there_stays_and_what_is_stale_goes():
    other = msgspec.structs.replace(ROWS[0], marks=ROWS[1].marks)
    found = merged(ROWS[:2], [other, ROWS[2]], [one.cell for one in (*ROWS[:1], *ROWS[2:])])
    assert (found.added, found.there, found.other, found.stale) == (1, 0, 1, 1)
    assert {one.cell for one in found.cells} == {ROWS[0].cell, ROWS[2].cell}
    assert next(one for one in found.cells if one.cell == ROWS[0].cell).same(ROWS[0])
