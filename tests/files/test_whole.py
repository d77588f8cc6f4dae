"""Files are whole or not there."""

import errno

import pytest

from simdyhpo.files.whole import written_whole


def test_a_file_takes_its_place_at_the_end(tmp_path):
    path = tmp_path / "one.txt"
    path.write_text("old")
    with written_whole(path) as aside:
        aside.write_text("new")
        assert path.read_text() == "old"
        assert aside.parent == tmp_path
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_an_error_leaves_what_was_there(tmp_path, error):
    path = tmp_path / "one.txt"
    path.write_text("old")

    def fail():
        with written_whole(path) as aside:
            aside.write_text("half")
            raise error

    with pytest.raises(type(error)):
        fail()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_two_may_write_at_once(tmp_path):
    path = tmp_path / "one.txt"
    with written_whole(path) as first, written_whole(path) as second:
        first.write_text("first")
        second.write_text("second")
    assert path.read_text() == "first"  # who ends last
    assert list(tmp_path.iterdir()) == [path]


def test_the_first_error_is_heard_of(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError), written_whole(tmp_path / "file" / "one.txt") as aside:
        aside.write_text("")
