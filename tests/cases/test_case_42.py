"""Single flipped bits in one cell's row: before, a mean of other numbers, or errors that led nowhere."""

import struct

import pytest

from simdyhpo.cli.main import main
from simdyhpo.studies.parts import part_table
from tests.cases.test_case_41 import MINI, done, say  # noqa: F401

pytestmark = pytest.mark.once

__all__ = ["MINI"]


def flipped(content, bit):
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def unseen(content):
    """A bit after which the file is still a whole one, of another result."""
    was = part_table(content, "cell")
    bit = 8 * content.index(struct.pack("<d", was["area"][0].as_py()))
    now = part_table(flipped(content, bit), "cell")
    assert [name for name in was.schema.names if not now[name].equals(was[name])] == ["area"]
    return bit


@pytest.mark.parametrize("bit", [11989, 15199, unseen])
def test_each_is_noticed_by_every_reader(say, bit, capfd):  # noqa: F811
    place = min((say.store.folder / "cells").iterdir())
    path = place / "cell.parquet"
    content = path.read_bytes()
    path.write_bytes(flipped(content, bit(content) if callable(bit) else bit % (8 * len(content))))
    said = say("study", "report")
    assert "5 of 6" in said.out
    assert "1 stored cell is damaged" in said.err
    assert str(path) in said.err
    say("report")
    assert main(["trace", "show", str(place)]) == 2
    assert "Traceback" not in capfd.readouterr().err
    assert "1 cells made, 5 were there" in say("study", "run", "--jobs", "1").out
