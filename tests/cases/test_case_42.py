"""Single flipped bits in one cell's row: before, a mean of other numbers, or errors that led nowhere."""

import pytest

from simdyhpo.cli.main import main
from tests.cases.test_case_41 import MINI, done, say  # noqa: F401

__all__ = ["MINI"]


@pytest.mark.parametrize("part", ["cell"])
@pytest.mark.parametrize("bit", [11989, 15199])
def test_each_is_noticed_by_every_reader(say, part, bit, capfd):  # noqa: F811
    place = min((say.store.folder / "cells").iterdir())
    path = place / f"{part}.parquet"
    content = bytearray(path.read_bytes())
    content[bit // 8 % len(content)] ^= 1 << bit % 8
    path.write_bytes(content)
    said = say("study", "report")
    assert ("6 of 6" if part == "timing" else "5 of 6") in said.out
    assert "1 stored cell is damaged" in said.err
    assert str(path) in said.err
    say(
        "report",
    )
    assert main(["trace", "show", str(place)]) == (0 if part == "timing" else 2)
    assert "Traceback" not in capfd.readouterr().err
    assert "1 cells made, 5 were there" in say("study", "run", "--jobs", "1").out
