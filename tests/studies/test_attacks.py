"""Attacks on a folder of results: every damage is noticed or without effect, and no cell is lost.

A sample runs with all tests; `make attacks` tries everything.
"""

import os
import shutil
import subprocess
import sys

import numpy as np
import pyarrow.parquet as pq
import pytest

import simdyhpo
from simdyhpo.errors import OutputError
from simdyhpo.studies.checksums import SUMS
from simdyhpo.studies.damage import DamagedCell
from simdyhpo.studies.files import load_study
from simdyhpo.studies.four_folders import FourFolders
from simdyhpo.studies.parts import PARTS, part_file
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_cell import StoredCell
from simdyhpo.studies.stored_plan import read_plan, stored_plan, write_plan
from simdyhpo.traces.manifest import to_json
from tests.making import falling
from tests.studies.conftest import ROOT, as_format_1
from tests.studies.watching import PATIENCE, until

pytestmark = pytest.mark.once

EVERYTHING = bool(os.environ.get("SIMDYHPO_EVERY_ATTACK"))
SAMPLE = 150
"""Bits of each file that are flipped without it."""
KEY = "a" * 32


@pytest.fixture
def dice():
    return np.random.Generator(np.random.PCG64(3))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A store with one cell."""
    store = Store(tmp_path_factory.mktemp("attacked") / "results")
    store.open()
    store.write(KEY, simdyhpo.simulate(falling(12, 4), "asha", workers=2, max_epochs=20))
    return store


@pytest.fixture
def store(whole, tmp_path):
    shutil.copytree(whole.folder, tmp_path / "results")
    return Store(tmp_path / "results")


def flips(content, dice):
    """The content with one bit flipped, for a sample of its bits, or for all."""
    bits = range(8 * len(content))
    for bit in bits if EVERYTHING else dice.choice(len(bits), min(SAMPLE, len(bits)), replace=False).tolist():
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


def all_of(store):
    """All that can be read of the cell, as text; host seconds are None where they are damaged."""
    cell = StoredCell(store, KEY)
    parts = [store.table(KEY, part).to_pylist() for part in ("cell", "decisions", "reports")]
    return repr((parts, to_json(cell.manifest), list(cell.records()))), cell.wall_seconds


@pytest.mark.parametrize("name", [*(part_file(part) for part in PARTS), SUMS])
def test_every_flipped_bit_is_noticed_and_none_goes_into_a_result(store, name, dice):
    right, seconds = all_of(store)
    path = store.path(KEY).parent / name
    content = path.read_bytes()
    for flipped in flips(content, dice):
        path.write_bytes(flipped)
        (damaged,) = store.damage([KEY])
        assert damaged.path.parent == path.parent
        try:
            found, found_seconds = all_of(store)
        except DamagedCell:
            assert not damaged.usable or name == SUMS
        else:
            assert found == right
            assert found_seconds == seconds or (
                name in (SUMS, "timing.parquet") and found_seconds != found_seconds
            )
    path.write_bytes(content)
    assert store.damage([KEY]) == []


@pytest.mark.parametrize("part", PARTS)
def test_cells_of_format_1_are_checked_as_far_as_they_can_be(whole, tmp_path, part, dice):
    """What a flipped bit may change unnoticed is what is said only once; nothing else, and no traceback."""
    store = Store(as_format_1(whole.folder, tmp_path / "old"))
    right, path = store.table(KEY, "cell").to_pylist()[0], FourFolders(store.folder).path(KEY, part)
    marks = ("regret_", "area", "log10_", "marks_rule", "failed_", "utilis", "behaviour", "manifest")
    accounts = {name for name in right if name.endswith("_seconds")} - {"max_seconds"}
    # Of the kinds of decisions, only the sum is said twice.
    once = (
        {name for name in right if name.startswith(marks)}
        | accounts
        | set(simdyhpo.ScheduleDecision.__members__)
    )
    manifest = store.manifest(KEY)
    logs = repr([store.table(KEY, log).to_pylist() for log in ("decisions", "reports")])
    noticed = 0
    for flipped in flips(path.read_bytes(), dice):
        path.write_bytes(flipped)
        try:
            store.check(KEY)
        except DamagedCell:
            noticed += 1
            continue
        row, found = store.table(KEY, "cell").to_pylist()[0], store.manifest(KEY)
        assert {name for name in right if repr(row[name]) != repr(right[name])} <= once
        assert (found.counts, found.end_ns) == (manifest.counts, manifest.end_ns)
        assert found.checksums == manifest.checksums
        assert repr([store.table(KEY, log).to_pylist() for log in ("decisions", "reports")]) == logs
    assert noticed


def test_every_flipped_bit_of_a_plan_is_noticed_or_without_effect(tmp_path, dice):
    variant = '[[variants]]\nscheduler = "asha"\n'
    text = f'name = "s"\nblackboxes = ["digits-mlp"]\nseeds = 1\nbudget = {{ max_epochs = 9 }}\n{variant}'
    (tmp_path / "s.toml").write_text(text)
    plan = make_plan(load_study(tmp_path / "s.toml"))
    write_plan(plan, tmp_path)
    path, right = tmp_path / "plans" / "s.json", to_json(stored_plan(plan))
    content = path.read_bytes()
    refused = 0
    for flipped in flips(content, dice):
        path.write_bytes(flipped)
        try:
            found = to_json(read_plan(tmp_path, "s"))
        except OutputError as error:
            refused += str(path) in str(error)
        else:
            assert found == right
    assert refused > len(content) / 100


OTHER = """
import sys
from pathlib import Path
import pyarrow.parquet as pq
from tests.studies.test_attacks import many, write_all

plain = pq.write_table
pq.write_table = lambda *words, **more: plain(*words, **more | {"compression": "gzip"})
write_all(Path(sys.argv[1]), many())
"""


def many():
    return [f"{number:032x}" for number in range(400 if EVERYTHING else 40)]


def write_all(folder, keys):
    result = simdyhpo.simulate(falling(12, 4), "asha", workers=2, max_epochs=20)
    store = Store(folder)
    store.open()
    for key in keys:
        store.write(key, result)
    return store


def test_two_environments_that_write_one_folder_mix_nothing(tmp_path):
    """Another compression stands for another version of pyarrow: it writes other bytes of the same cell."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", OTHER, str(tmp_path)]
    with subprocess.Popen(command, env=environment) as other:
        cells = tmp_path / "cells"
        until(lambda: other.poll() is not None or (cells.is_dir() and any(cells.iterdir())))
        store = write_all(tmp_path, reversed(many()))
        assert other.wait(PATIENCE) == 0
    assert store.finished() == set(many())
    assert store.damage(many()) == []
    assert not list(tmp_path.glob(".*"))
    assert {_codecs(store, key) for key in many()} <= {("SNAPPY",) * 4, ("GZIP",) * 4}


def _codecs(store, key):
    files = [pq.ParquetFile(store.path(key, part)) for part in PARTS]
    return tuple(file.metadata.row_group(0).column(0).compression for file in files)
