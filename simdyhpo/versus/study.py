"""A comparison in one line: the study behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.errors import SimdyhpoError
from simdyhpo.options import parse_pairs
from simdyhpo.studies.one_line import Asked, one_line_study
from simdyhpo.studies.spec import Study, Variant
from simdyhpo.tables.blackboxes import blackbox_files


def contender(text: str) -> Variant:
    """A scheduler as one writes it on a line: its name, then its settings, e.g. `dyhpo probability_sh=0`.

    Raises:
        OptionError: a setting isn't written as NAME=VALUE, or comes twice.
        SimdyhpoError: the text is empty, or a setting or a table alone.
    """
    name, *settings = text.split() or [""]
    if not name:
        raise SimdyhpoError("a scheduler's name is empty; leave it out, or write one")
    if "=" in name:
        raise SimdyhpoError(
            f'{name!r} is no scheduler; a setting stands with its scheduler in quotes: "NAME {name}"'
        )
    if name not in SCHEDULERS and name in blackbox_files():
        raise SimdyhpoError(
            f"{name!r} is a table, no scheduler; tables go together, with commas: --blackbox A,{name}"
        )
    label = " ".join([name.rpartition(":")[2], *settings])
    return Variant(label, name, parse_pairs(settings))


def versus_study(contenders: Sequence[Variant], *, name: str = "versus", **asked: Unpack[Asked]) -> Study:
    """Every contender on every table, seed by seed.

    Args:
        contenders: at least two.
        name: of the study.
        asked: see `Asked`.

    Raises:
        SimdyhpoError: there are fewer than two contenders, or the study can't be run (see `Study.check`).
    """
    if len(contenders) < 2:
        raise SimdyhpoError("one scheduler alone compares with nothing; name at least two")
    return one_line_study(name, contenders, "compared", **asked)
