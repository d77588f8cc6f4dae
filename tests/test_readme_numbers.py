"""Every number of the README has a source, and is what the source says."""

import pytest

from tools import readme_numbers
from tools.readme_numbers import README, found, unnamed

pytestmark = pytest.mark.once


def test_every_number_is_the_sources():
    for one in found():
        assert one.numbers == one.expected, f"{one.said.source}: {one.said.pattern}"


def test_every_number_has_a_source():
    assert unnamed() == [], "add it to SAID of tools/readme_numbers.py"


def test_what_is_wrong_is_noticed(tmp_path, monkeypatch):
    wrong = (
        README.read_text(encoding="utf-8").replace("exit status 2", "exit status 3") + "\nIt has 17 moons.\n"
    )
    other = tmp_path / "README.md"
    other.write_text(wrong, encoding="utf-8")
    monkeypatch.setattr(readme_numbers, "README", other)
    assert [one.numbers for one in found() if one.numbers != one.expected] == [("3",)]
    (words,) = unnamed()
    assert "17 moons" in words


def test_a_place_that_is_gone_is_an_error(tmp_path, monkeypatch):
    other = tmp_path / "README.md"
    other.write_text(
        README.read_text(encoding="utf-8").replace("exit status 2", "a status"), encoding="utf-8"
    )
    monkeypatch.setattr(readme_numbers, "README", other)
    with pytest.raises(ValueError, match="0 places like 'exit status"):
        list(found())
