"""A Parquet file of a kilobyte can hold a billion cells: it is looked at before it is unpacked."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simdyhpo.errors import TableError
from simdyhpo.files.parquet import bounded_table
from simdyhpo.importers.long_files import read_long_file
from simdyhpo.studies.parquet import TIMING
from simdyhpo.studies.parts import part_bytes, part_table

TABLE = pa.table({"number": range(10_000), "text": ["x" * 100] * 10_000})


def opened(table=TABLE):
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return pq.ParquetFile(sink)


@pytest.mark.parametrize("columns", [[], ["text"], ["number", "text"]])
@pytest.mark.parametrize("rows", [0, 1, 10_000])
def test_what_fits_is_read_as_it_is(columns, rows):
    table = TABLE.slice(0, rows)
    assert bounded_table(opened(table), columns).equals(table.select(columns or table.schema.names))


def test_too_many_cells(monkeypatch):
    monkeypatch.setattr("simdyhpo.files.parquet.MAX_LONG_CELLS", 19_999)
    assert len(bounded_table(opened(), ["text"])) == 10_000
    with pytest.raises(ValueError, match="20,000 cells are more than 19,999"):
        bounded_table(opened())


def test_too_many_bytes(monkeypatch):
    monkeypatch.setattr("simdyhpo.files.parquet.MAX_TEXT_BYTES", 500_000)
    assert len(bounded_table(opened(), ["number"])) == 10_000
    with pytest.raises(ValueError, match="unpacks to more than 500,000 bytes"):
        bounded_table(opened())


def test_no_such_column():
    with pytest.raises(KeyError, match="other"):
        bounded_table(opened(), ["other"])


def test_readers_of_tables_and_of_results_ask(tmp_path, monkeypatch):
    pq.write_table(TABLE, tmp_path / "long.parquet")
    part = part_bytes(TIMING.empty_table())
    monkeypatch.setattr("simdyhpo.files.parquet.MAX_LONG_CELLS", -1)
    with pytest.raises(TableError, match="are more than"):
        read_long_file(tmp_path / "long.parquet")
    with pytest.raises(ValueError, match="are more than"):
        part_table(part, "timing")
