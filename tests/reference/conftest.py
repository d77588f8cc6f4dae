"""Says at the end of a test run how much was compared with the reference."""

from __future__ import annotations

import pytest

SUMMARY = pytest.StashKey[list[str]]()


@pytest.fixture
def reference_summary(request):
    """Lines for the end of the run."""
    return request.config.stash.setdefault(SUMMARY, [])


def pytest_terminal_summary(terminalreporter, config):
    lines = config.stash.get(SUMMARY, [])
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    # With several test processes, the lines come with the report of the test that wrote them.
    lines = lines or [
        text for report in reports for name, text in report.user_properties if name == "reference"
    ]
    if lines:
        terminalreporter.section("comparison with the reference")
        for line in lines:
            terminalreporter.write_line(line)
