"""Single flipped bits in one cell's row: before, a mean of other numbers, or errors that led nowhere."""

import pytest

from simdyhpo.cli.main import main
from simdyhpo.studies.parts import part_table
from tests.cases.test_case_41 import MINI, done, say  # noqa: F401

__all__ = ["MINI"]


def flipped(content, bit):
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def unseen(content):
    """A flip after which the file is still a whole one, of another result."""
    was = part_table(content, "cell")
    for bit in range(0, 8 * len(content), 5):
        try:
            if not part_table(flipped(content, bit), "cell").equals(was):
                return bit
        except ValueError:
            continue
    raise AssertionError("the format notices all by itself")


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
