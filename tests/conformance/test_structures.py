"""Laws over every combination of the options that change how a scheduler is built."""

from __future__ import annotations

import os
from typing import Annotated, Literal

import msgspec
import pytest

from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.decisions import Failed, Wait
from simdyhpo.testing import LawBroken, check_scheduler, structures
from tests.outside.needing import needing
from tests.testing.broken_schedulers import Sound

pytestmark = pytest.mark.once

LAWS = ("one-worker", "non-finite", "told-alone", "all-start", "failures")
"""Those that a structure can break; the others are checked for the catalogue's own variants."""
EVERY_LAW = bool(os.environ.get("SIMDYHPO_EVERY_LAW"))


class Fussy(Sound):
    """It gives up when somebody failed, but in one of eight structures only."""

    class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        patient: bool = True
        kind: Literal["one", "other"] = "one"
        share: Annotated[Literal["alone", "shared"], msgspec.Meta(description="whose")] = "alone"
        count: int = 3

    def __init__(self, problem, options):
        super().__init__(problem, options)
        self.waits = not options.patient and options.kind == "other" and options.share == "shared"
        self.lost = 0

    def ask(self, now_ns):
        if self.waits and self.lost:
            return Wait(exhausted=True)
        return super().ask(now_ns)

    def tell(self, event):
        self.lost += isinstance(event, Failed)
        super().tell(event)


def test_they_are_found_by_themselves():
    name = f"{Fussy.__module__}:Fussy"
    found = structures(name)
    assert found[0] == {"patient": True, "kind": "one", "share": "alone"}
    assert len(found) == 8
    caught = []
    for options in found:
        try:
            check_scheduler(Fussy, options, ["failures"])
        except LawBroken as broken:
            caught.append((options, broken.law))
    assert caught == [({"patient": False, "kind": "other", "share": "shared"}, "failures")]


def test_numbers_of_the_catalogue_count_too():
    assert len(structures("dehb")) == 12  # overlap, sizes, and evolving, fewer brackets or neither
    assert {"overlap": False, "sizes": "algorithm", "promoting_brackets": 0} in structures("dehb")
    assert len(structures("hyperband-async")) == 12


CASES = {
    f"{name}: " + ", ".join(f"{key}={value}" for key, value in options.items() if key not in entry.quick): (
        name,
        options,
    )
    for name, entry in SCHEDULERS.items()
    if not entry.outside and (EVERY_LAW or not entry.slow)
    for options in structures(name)[1:]
}


@pytest.mark.parametrize("case", needing(CASES, lambda case: CASES[case][0]))
def test_every_structure_obeys(case):
    check_scheduler(*CASES[case], LAWS)
