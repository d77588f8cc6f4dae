"""Where PyTorch can't be loaded, tests that ask for it are skipped with the reason, and don't fail.

No list of them to keep: a test has asked if its process looked for torch in vain, or if what it saw of
another process says so. Where torch loads, nothing here changes anything.
"""

from __future__ import annotations

import functools
import importlib
import sys

import pytest

LIBRARIES = ("torch", "gpytorch")
_SAID = ("needs PyTorch", "needs GPyTorch", *(f"No module named '{name}'" for name in LIBRARIES))
"""What a process says that has asked in vain."""

_in_vain: list[BaseException] = []
"""What was raised for want of torch; a fixture of many tests raises the same thing for each."""


class _Watch:
    """Notes who looks for torch; finds nothing."""

    asked = False

    def find_spec(self, name, path=None, target=None):
        self.asked = self.asked or name in LIBRARIES


_watch = _Watch()
sys.meta_path.insert(0, _watch)


@functools.cache
def why_not() -> str:
    """Why torch, or what we need with it, can't be loaded; empty if both can."""
    try:
        for name in LIBRARIES:
            importlib.import_module(name)
    except Exception as error:  # noqa: BLE001 - a broken library raises what it likes
        return f"needs PyTorch, which can't be loaded ({type(error).__name__}: {error})"
    return ""


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    _watch.asked = False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed and call.excinfo is not None and _for_want_of_torch(report, call.excinfo.value):
        _in_vain.append(call.excinfo.value)
        _skip(report, item)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    _watch.asked = False
    report = yield
    if report.failed and _for_want_of_torch(report, None):
        _skip(report, collector)
    return report


def _for_want_of_torch(report, raised) -> bool:
    said = str(report.longrepr) + "".join(text for _, text in report.sections)
    again = any(raised is one for one in _in_vain)
    return (_watch.asked or again or any(words in said for words in _SAID)) and bool(why_not())


def _skip(report, node):
    report.outcome = "skipped"
    report.longrepr = (str(node.path), None, f"Skipped: {why_not()}")
