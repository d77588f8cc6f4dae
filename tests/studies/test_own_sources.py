"""What a user's scheduler is made of: its module, and what that imports from its own package."""

import hashlib

import pytest

from simdyhpo.studies.own_sources import own_sources, sources_digest

PACKAGE = {
    "fast/__init__.py": "from fast.core import Core\n",
    "fast/sim.py": "import numpy, simdyhpo\nfrom fast import Core\nfrom . import rungs\nimport beside\n",
    "fast/core.py": "def late():\n    from .deep import ties\n",
    "fast/rungs.py": "import fast.sim  # in a circle\n",
    "fast/deep/__init__.py": "",
    "fast/deep/ties.py": "from ..numbers import *\n",
    "fast/numbers.py": "this isn't Python\n",
    "fast/unused.py": "",
    "beside.py": "",
}
OWN = {"fast", "fast.sim", "fast.core", "fast.rungs", "fast.deep", "fast.deep.ties", "fast.numbers"}


@pytest.fixture
def lay(tmp_path, monkeypatch):
    """Lays the package into a folder of that name, from which it can be imported."""

    def place(folder="work"):
        for name, text in PACKAGE.items():
            file = tmp_path / folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        monkeypatch.syspath_prepend(tmp_path / folder)
        return tmp_path / folder

    return place


def test_all_that_a_module_imports_from_its_package(lay):
    lay()
    assert set(own_sources("fast.sim:Mine")) == OWN | {"beside"}


def test_what_lies_beside_an_installed_package_is_no_part_of_it(lay):
    lay("site-packages")
    assert set(own_sources("fast.sim:Mine")) == OWN


def test_simdyhpo_is_nobodys_own(lay):
    folder = lay()
    (folder / "simdyhpo.py").write_text("")
    assert "simdyhpo" not in own_sources("fast.sim:Mine")


@pytest.mark.parametrize("edited", ["fast/sim.py", "fast/core.py", "fast/deep/ties.py", "beside.py"])
def test_an_edit_of_any_changes_the_digest(lay, edited):
    folder, before = lay(), sources_digest("fast.sim:Mine")
    assert sources_digest("fast.sim:Mine") == before
    with (folder / edited).open("a") as file:
        file.write("# edited\n")
    assert sources_digest("fast.sim:Mine") != before


def test_an_edit_of_another_module_does_not(lay):
    folder, before = lay(), sources_digest("fast.sim:Mine")
    (folder / "fast" / "unused.py").write_text("# edited\n")
    assert sources_digest("fast.sim:Mine") == before


def test_a_module_that_imports_nothing_of_its_own_is_its_text(lay):
    folder = lay()
    expected = hashlib.sha256((folder / "fast" / "unused.py").read_bytes()).hexdigest()
    assert sources_digest("fast.unused:Mine") == expected


def test_a_module_without_a_file():
    assert (own_sources("nowhere_at_all:Mine"), sources_digest("nowhere_at_all:Mine")) == ({}, None)
