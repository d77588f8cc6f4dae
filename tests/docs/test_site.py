"""What the site makes of a page's links: files of the repository are named, pictures are shown."""

import runpy

import pytest

from tests.docs.blocks import ROOT

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def named():
    pytest.importorskip("sphinx", reason="sphinx is not installed")
    convert = runpy.run_path(str(ROOT / "docs" / "conf.py"))["files_of_the_repository"]

    def made(text, page="board"):
        source = [text]
        convert(None, page, source)
        return source[0]

    return made


def test_a_file_that_the_site_lacks_is_named(named):
    assert named("See [all of it](../experiments/README.md#more).") == "See `experiments/README.md`."
    assert named("See [the board](board.md).") == "See [the board](board.md)."
    assert named("See [formats](../formats.md).", "api/index") == "See [formats](../formats.md)."


def test_a_picture_stays_one(named):
    picture = "![Critical differences](../plots/figures/board-one-worker-ranks.png)"
    assert named(picture) == picture


def test_every_picture_of_the_front_page_is_there(named):
    text = named((ROOT / "docs" / "index.md").read_text(encoding="utf-8"), "index")
    assert text.count("![") == text.count("](../plots/figures/") == 1
