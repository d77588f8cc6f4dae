"""Stores of tiny real cells for tests of packs: by function, since processes of their own make them, too."""

import functools
from pathlib import Path

import simdyhpo
from simdyhpo.studies.parts import PARTS
from simdyhpo.studies.store import Store
from tests.making import falling


@functools.cache
def results():
    """Four different runs; one has no report, so that a part may have no rows."""
    table = falling(12, 4)
    return [
        simdyhpo.simulate(table, "asha", workers=2, max_epochs=20),
        simdyhpo.simulate(table, "random", seed=1, max_epochs=3),
        simdyhpo.simulate(table, "asha-stopping", seed=2, max_seconds=9),
        simdyhpo.simulate(table, "random", seed=3, max_decisions=1),
    ]


def keys(count, first=0):
    return [f"{number:032x}" for number in range(first, first + count)]


def filled(folder, count, first=0):
    """A store with so many loose cells."""
    store = Store(Path(folder))
    store.open()
    for number, key in enumerate(keys(count, first)):
        store.write(key, results()[number % 4])
    return store


def all_of(store, wanted):
    """All that can be read of some cells, as text by key."""
    return {
        key: repr(({part: store.table(key, part).to_pylist() for part in PARTS}, store.manifest(key)))
        for key in wanted
    }
