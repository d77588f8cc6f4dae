"""What the fixture `golden_schedule` gives."""

from __future__ import annotations

import hashlib
import re
import secrets
from pathlib import Path
from typing import Any

import pytest

from simdyhpo.golden.checks import compare_with, write
from simdyhpo.golden.text import golden_log
from simdyhpo.runs.front_door import simulate
from simdyhpo.runs.result import RunResult
from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.tables.curves import CurveTable

_NAME = re.compile(r"[\w.=+-]+")


class Names:
    """Which test of a session uses which golden log; a folder that all its processes share remembers it.

    Attributes:
        test: the one at hand.
    """

    def __init__(self, shared: Path, test: str) -> None:
        self.test = test
        self._shared = shared
        self._mine: set[Path] = set()

    def taken_by(self, log: Path) -> str | None:
        """Take a golden log for the test at hand; whose it is, if that is in vain.

        The same test may take it again when it is run again, but not twice in one go.
        """
        log = log.resolve()
        if log in self._mine:
            return self.test
        self._mine.add(log)
        self._shared.mkdir(parents=True, exist_ok=True)
        claim = self._shared / hashlib.sha256(str(log).encode("utf-8", "surrogateescape")).hexdigest()
        aside = self._shared / secrets.token_hex(8)
        aside.write_text(self.test, encoding="utf-8")
        try:
            claim.hardlink_to(aside)  # whole or not there, and only one can
        except FileExistsError:
            owner = claim.read_text(encoding="utf-8")
            return None if owner == self.test else owner
        finally:
            aside.unlink()
        return None


class GoldenSchedule:
    """Simulates, and fails the test where a decision isn't the golden log's."""

    def __init__(self, folder: Path, update: bool, written: list[str], names: Names) -> None:
        """For one test.

        Args:
            folder: of the golden logs.
            update: write instead of failing.
            written: gets a line for all that is written.
            names: those that were used in this session.
        """
        self._folder = folder
        self._update = update
        self._written = written
        self._names = names

    def __call__(
        self,
        name: str,
        table: CurveTable | str | Path,
        scheduler: str | type,
        *,
        tolerance: float = 0.0,
        **settings: Any,  # noqa: ANN401 - what `simulate` takes
    ) -> RunResult:
        """Simulate and compare.

        Args:
            name: of the golden log, without ending.
            table: a table, or the name or path of one.
            scheduler: a name, `module:Class`, or a class.
            tolerance: see `simdyhpo.golden.check`.
            settings: workers, seed, options, budgets and sampling, as `simdyhpo.simulate` takes them.
        """
        __tracebackhide__ = True
        if not _NAME.fullmatch(name):
            pytest.fail(
                f"golden_schedule: {name!r} is no name for a file: use letters, digits, . _ + = -", False
            )
        other = self._names.taken_by(self._folder / f"{name}.jsonl")
        if other is not None:
            pytest.fail(
                f"golden_schedule: the name {name!r} is used twice, by {other} and by {self._names.test}: "
                "each golden log belongs to one run, so give each its own name, e.g. with its parameter",
                False,
            )
        if not isinstance(table, CurveTable):
            table = load_blackbox(table)
        result = simulate(table, scheduler, **settings)
        self._compare(self._folder / f"{name}.jsonl", result, table, tolerance)
        return result

    def _compare(self, path: Path, result: RunResult, table: CurveTable, tolerance: float) -> None:
        __tracebackhide__ = True
        if not path.exists():
            if not self._update:
                pytest.fail(
                    f"{path}: there is no golden log yet; make it with `pytest --update-golden`", False
                )
            path.parent.mkdir(exist_ok=True)
            write(path, golden_log(result))
            self._written.append(f"{path}: new, {len(result.log):,} decisions")
            return
        checked = compare_with(path, result, table, tolerance=tolerance)
        if self._update and checked.changed and not (tolerance and checked.agrees):
            write(path, golden_log(result))
            self._written += checked.lines()
        elif not self._update and not checked.agrees:
            advice = "if that is what you want: `pytest --update-golden`, and commit the changed log"
            pytest.fail("\n".join([*checked.lines(), advice]), False)
