"""What options do, in a line, from the docstrings of their classes."""

import pytest

from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.catalog.factory import scheduler_class
from simdyhpo.cli.option_words import option_words
from simdyhpo.searchers import SEARCHERS, searcher_class

CLASSES = [scheduler_class(name) for name in SCHEDULERS] + [searcher_class(name) for name in SEARCHERS]


class Elsewhere:
    """Somebody else's.

    Attributes:
        far: described there.
    """


class Above:
    """Settings.

    Attributes:
        one, two: both do this, and more of it
            on a second line. A second sentence.
        three: from above.
    """


class Mine(Above):
    """Settings of mine; see `Elsewhere`.

    Attributes:
        three: see `Above`.
        four: mine: with a colon.

    Raises:
        five: is no option.
    """


def test_the_nearest_description_counts():
    both = "both do this, and more of it on a second line"
    assert option_words(Mine) == {
        "one": both, "two": both, "three": "from above", "four": "mine: with a colon",
        "far": "described there",
    }  # fmt: skip


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__qualname__)
def test_every_option_has_its_line(kind):
    words = option_words(kind.Options)
    assert {name for name in kind.Options.__struct_fields__ if not words.get(name)} == set()


def test_they_are_shown(command):
    said = command("scheduler", "show", "asha").out
    (line,) = [line for line in said.splitlines() if line.strip().startswith("grace_period")]
    assert line.split()[:4] == ["grace_period", "whole", "number", "at"]
    assert line.endswith("the lowest rung's resource")
