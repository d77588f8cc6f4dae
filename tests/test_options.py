"""Options as a user writes them."""

from __future__ import annotations

import math
from typing import Annotated

import msgspec
import pytest

from simdyhpo.errors import OptionError, UnknownNameError
from simdyhpo.options import build_options, parse_pairs, part_of
from simdyhpo.searchers.settings import DecayOptions


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.25
    steps: int | None = 3
    name: str = "adam"
    on: bool = False

    def __post_init__(self):
        if self.name == "sgd" and self.on:
            raise ValueError("sgd can't be on")


def test_defaults():
    assert build_options(Settings, {}) == Settings()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"share": "0.5"}, Settings(share=0.5)),
        ({"share": 1}, Settings(share=1.0)),
        ({"share": "0"}, Settings(share=0.0)),
        ({"steps": "7"}, Settings(steps=7)),
        ({"steps": "none"}, Settings(steps=None)),
        ({"steps": "None"}, Settings(steps=None)),
        ({"steps": None}, Settings(steps=None)),
        ({"on": "true"}, Settings(on=True)),
        ({"name": "sgd", "on": "false"}, Settings(name="sgd")),
    ],
)
def test_text_becomes_the_fields_type(given, expected):
    assert build_options(Settings, given) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("share", "1.5"),
        ("share", -0.1),
        ("share", "nan"),
        ("share", math.nan),
        ("share", "half"),
        ("share", ""),
        ("share", "none"),
        ("steps", "2.5"),
        ("steps", [1]),
        ("name", 3),
        ("on", "perhaps"),
    ],
)
def test_what_can_not_be_used_is_named(name, value):
    with pytest.raises(OptionError) as caught:
        build_options(Settings, {"name": "adam", name: value})
    assert (caught.value.option, repr(caught.value.value)) == (name, repr(value))
    assert f"option {name!r} can't be {value!r}: " in str(caught.value)


def test_values_that_clash_only_together():
    with pytest.raises(OptionError, match="sgd can't be on") as caught:
        build_options(Settings, {"name": "sgd", "on": True})
    assert caught.value.option == "name/on"


def test_unknown_options_offer_the_nearest():
    with pytest.raises(UnknownNameError, match="unknown option 'shares': did you mean 'share'"):
        build_options(Settings, {"shares": 1})
    with pytest.raises(UnknownNameError, match="did you mean 'probability_sh'"):
        build_options(Settings, {"probability": 1}, also_known=["probability_sh"])


class Few(msgspec.Struct):
    """Of these, `Settings` has two."""

    share: float
    steps: int | None
    most: int = 5


def test_part_of_some_options():
    assert part_of(Few, Settings(share=0.5, steps=None)) == Few(share=0.5, steps=None, most=5)


def test_a_rate_of_learning_is_above_zero():
    with pytest.raises(OptionError, match="give a number > 0"):
        build_options(DecayOptions, {"learning_rate": "0"})


def test_pairs():
    assert parse_pairs(["a=1", "b=x=y", "c="]) == {"a": "1", "b": "x=y", "c": ""}


@pytest.mark.parametrize("pair", ["a", "=1", ""])
def test_no_pair(pair):
    with pytest.raises(OptionError, match="write it as name=value"):
        parse_pairs([pair])


def test_a_name_that_comes_twice():
    with pytest.raises(OptionError, match="option 'a' can't be '2': it was already given as '1'"):
        parse_pairs(["a=1", "a=2"])
