"""Reasons and stories of errors: a line, a bounded text, and always such that they can be written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simdyhpo.errors import OptionError, SimdyhpoError
from simdyhpo.studies.failures import LINE, TEXT, reason_in, reason_of, story_of

ANY_TEXT = st.text(st.characters())  # surrogates and line breaks of every kind, too


@given(ANY_TEXT, st.sampled_from([ValueError, SystemExit, SimdyhpoError]))
def test_any_text_gives_one_line_and_a_story_that_begins_with_it(text, kind):
    reason, story = reason_of(kind(text)), story_of(kind(text))
    assert reason
    assert len(reason.splitlines()) == 1
    assert story.startswith(reason)
    assert reason_in(story) == reason
    assert (reason + story).encode("utf-8").decode() == reason + story


@pytest.mark.parametrize("kind", [ValueError, SimdyhpoError])
@pytest.mark.parametrize("letter", ["x", "x\n", "\udce9"])
def test_long_texts_are_cut(kind, letter):
    error = kind(letter * 3_000_000)
    assert len(reason_of(error)) <= 6 * LINE + 20  # a code takes up to six letters
    assert len(story_of(error)) <= 6 * TEXT + 2000
    assert "letters left out" in story_of(error)


def test_our_own_errors_need_no_traceback():
    error = OptionError("x", 1, "give 2")
    assert story_of(error) == f"{error}\n"
    assert story_of(SimdyhpoError("one\ntwo")) == "one\n\none\ntwo\n"


def test_others_tell_where_they_arose():
    with pytest.raises(ValueError, match="one") as caught:
        raise ValueError("one\ntwo")
    story = story_of(caught.value)
    assert story.splitlines()[:3] == ["ValueError: one", "", "Traceback (most recent call last):"]
    assert "test_failures.py" in story
    assert story.endswith("ValueError: one\ntwo\n")


def test_reasons_of_older_versions():
    assert reason_in("Traceback (most recent call last):\n  ...\nKeyError: 3\n") == "KeyError: 3"
    assert reason_in("") == "no reason is noted"
