"""The browser, by its keys, without a terminal; and what it says where it can't run."""

import asyncio
import collections
import subprocess
import sys

import numpy as np
import pytest

from simdyhpo.browse.pages import Pages, sparkline
from simdyhpo.runs.front_door import simulate
from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.traces.read import read_run
from simdyhpo.traces.write import write_run

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    table = load_blackbox("digits-mlp")
    place = tmp_path_factory.mktemp("runs") / "asha"
    write_run(simulate(table, "asha", workers=3, max_epochs=200), place)
    return place


@pytest.fixture(scope="module")
def pages(folder):
    return Pages(read_run(folder), load_blackbox("digits-mlp"))


def test_a_page_says_all(pages):
    first = next(record.index for record in pages.records if record.resume_from)
    text = "\n".join(pages.lines(first))
    assert f"Decision {first}: PROMOTE_RUNG" in text
    trial = pages.records[first].trial
    assert f"curve of trial {trial}, " in text
    assert f" {trial} (" in text, "it stands at its rung, with its value"
    assert "running: trial " in text
    assert "normalised regret of the incumbent, now 0." in text
    assert "running: nobody" in "\n".join(pages.lines(0))


def test_keys(pages):
    textual = pytest.importorskip("textual")
    assert textual
    from textual.widgets import Static

    from simdyhpo.browse.app import Browser

    last = len(pages) - 1
    kind = pages.next_of_kind(0)

    async def use():
        app = Browser(pages)
        seen = []
        async with app.run_test() as pilot:
            for keys in (
                ["right"], ["left"], ["left"], ["n"], ["end"], ["right"], ["home"], ["pagedown"], ["pageup"],
                ["slash", "1", "2", "enter"], ["slash", *"promote", "enter"], ["slash", *"nonsense", "enter"],
                ["slash", *"9999", "enter"], ["home"], ["t"],
            ):  # fmt: skip
                await pilot.press(*keys)
                seen.append(app.index)
            shown = str(app.query_one("#page", Static).render())
            await pilot.press("q")
        return seen, shown

    seen, shown = asyncio.run(use())
    found = pages.find("promote", 12)
    own = pages.next_of_trial(0) or 0
    assert seen == [1, 0, 0, kind, last, last, 0, 20, 0, 12, found, found, found, 0, own]
    assert f"decision {own} of 0 to {last}" in shown


def test_a_page_takes_one_pass_over_what_came_before(tmp_path):
    """In calls, which a busy machine doesn't make more."""
    table = load_blackbox("digits-mlp")
    result = simulate(table, "asha", workers=16, max_decisions=10_000, sampling="with-replacement")
    write_run(result, tmp_path / "long")
    pages = Pages(read_run(tmp_path / "long"), table)
    assert len(pages) == 10_000
    for index in (9_999, 5_000):
        lines, calls = calls_of(lambda index=index: list(pages.lines(index)))
        assert lines
        assert calls < 20 * index


def calls_of(work):
    """What it returns, and how many functions it called."""
    seen = collections.Counter()
    sys.setprofile(lambda _frame, event, _of: seen.update([event]))
    try:
        done = work()
    finally:
        sys.setprofile(None)
    return done, seen["call"] + seen["c_call"]


def test_sparkline():
    assert sparkline(np.array([0.0, np.nan, 7.0])) == "▁ █"
    assert sparkline(np.array([np.inf])) == " "
    assert len(sparkline(np.arange(1000.0))) == 60


def test_without_a_terminal(folder):
    command = [sys.executable, "-m", "simdyhpo", "trace", "browse", str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "needs a terminal" in done.stderr or "simdyhpo[browse]" in done.stderr
