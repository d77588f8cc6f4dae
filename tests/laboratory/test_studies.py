"""The laboratory's studies ask for its tables, and their figures show what they compare."""

from itertools import chain

import pytest

from plots.first_look import PANELS, REFERENCE
from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.laboratory.sets import SETS
from simdyhpo.studies.files import find_study, load_study

LEFT_OUT = ("one-epoch",)
"""Of the figure: its 160 epochs are all first looks, whatever they say."""
TO_COME = {"bohb-async", "asha-bore", "asha-cqr", "hyper-tune", "priorband"}
"""Came after the stored results were made; the study takes them in when it is made again."""


@pytest.mark.parametrize("name", SETS)
def test_a_study_asks_for_its_tables(name):
    assert set(load_study(find_study(name)).blackboxes) == set(SETS[name])


def test_every_method_of_the_first_look_is_drawn_once():
    labels = [variant.label for variant in load_study(find_study("first-look")).variants]
    assert sorted([REFERENCE, *LEFT_OUT, *chain.from_iterable(PANELS.values())]) == sorted(labels)


def test_every_scheduler_of_ours_takes_part_but_those_that_cost_too_much():
    compared = {variant.scheduler for variant in load_study(find_study("first-look")).variants}
    ours = {name for name, entry in SCHEDULERS.items() if not entry.outside and not entry.needs}
    assert ours - compared == {"dpl", *TO_COME}
