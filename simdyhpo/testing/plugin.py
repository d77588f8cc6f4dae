"""The pytest plugin: `golden_schedule` and `--update-golden`.

pytest loads it in every project of an environment, so that it imports nothing before it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from simdyhpo.testing.golden_schedule import GoldenSchedule

_WRITTEN = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-golden`."""
    parser.getgroup("simdyhpo").addoption(
        "--update-golden",
        action="store_true",
        help="write the golden logs that golden_schedule compares with, and show what changed",
    )


@pytest.fixture
def golden_schedule(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> GoldenSchedule:
    """Simulates a scheduler and compares its decisions with `golden/NAME.jsonl` beside the test file.

    Call it: `golden_schedule(name, table, scheduler, *, options, workers, seed, max_epochs, ...)`. It takes
    what `simdyhpo.simulate` takes, and `tolerance` for schedulers with a model, and returns the result. A
    name can be used once in a session.
    """
    from simdyhpo.testing.golden_schedule import GoldenSchedule, Names

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if hasattr(request.config, "workerinput") else base  # one for all of xdist's workers
    names = Names(shared / "simdyhpo-golden-names", request.node.nodeid)
    written = request.config.stash.setdefault(_WRITTEN, [])
    update = bool(request.config.getoption("--update-golden"))
    return GoldenSchedule(request.path.parent / "golden", update, written, names)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show what `--update-golden` wrote."""
    written = config.stash.get(_WRITTEN, [])
    if written:
        terminalreporter.section("golden logs written")
        for line in written:
            terminalreporter.write_line(line)
