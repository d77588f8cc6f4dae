"""Golden checks of mutants: reads a mutant's number a line, answers each with a line of JSON.

A mutant is the package with one changed text; no file is touched. Each runs in a fork of one process that has
imported the libraries, but nothing of ours. (`python -m tests.mutations.runner`)
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import warnings
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder, SourceFileLoader

import msgspec  # noqa: F401 - once, for all forks
import numpy  # noqa: F401, ICN001
import scipy.special  # noqa: F401

from tests.mutations.mutants import MUTANTS, Mutant


class Mutated(MetaPathFinder):
    """Finds one module with its text changed."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, fullname, path=None, target=None):
        if fullname != f"simdyhpo.{self._mutant.module}":
            return None
        spec = PathFinder.find_spec(fullname, path)
        spec.loader = _Loader(fullname, spec.origin, self._mutant)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, name, path, mutant):
        super().__init__(name, path)
        self._mutant = mutant

    def get_code(self, fullname):  # never from a cache, and into none
        source = self.get_data(self.path).decode()
        assert source.count(self._mutant.old) == 1, "the text to change must occur once"
        return self.source_to_code(source.replace(self._mutant.old, self._mutant.new), self.path)


def shown(mutant: Mutant) -> dict[str, object]:
    """What the golden log says about a mutant: whether it agrees, and the first divergence."""
    assert not any(name.partition(".")[0] == "simdyhpo" for name in sys.modules)
    sys.meta_path.insert(0, Mutated(mutant))
    warnings.simplefilter("ignore")
    small_runs = importlib.import_module("tests.golden.small_runs")
    words = importlib.import_module("simdyhpo.traces.diff_words")
    errors = importlib.import_module("simdyhpo.errors")
    try:
        difference = small_runs.check(mutant.log).difference
    except (errors.SimdyhpoError, ArithmeticError, AssertionError, LookupError, ValueError) as error:
        return {"equal": False, "says": f"{type(error).__name__}: {error}"}
    assert f"simdyhpo.{mutant.module}" in sys.modules, "the log must use what is changed"
    ends = "; ".join(line for line in words.lines(difference) if line.startswith("ended by"))
    return {"equal": difference.equal, "says": words.headline(difference) + (f"; {ends}" if ends else "")}


def answer(mutant: Mutant) -> str:
    """The same, worked out in a fork."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        status = 1
        try:
            os.write(write, json.dumps(shown(mutant)).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read) as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    return told if status == 0 else json.dumps({"equal": None, "says": "the runner failed, see above"})


def main() -> None:
    for line in sys.stdin:
        print(answer(MUTANTS[int(line)]), flush=True)


if __name__ == "__main__":
    main()
