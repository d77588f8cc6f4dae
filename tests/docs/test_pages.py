"""Every block of code in README and docs runs, or says why it doesn't; every link leads somewhere."""

import re
import sys
from collections import Counter

import msgspec
import pytest

from simdyhpo.reproduction.quick import QUICK
from tests.docs.blocks import PAGES, ROOT, RUNNABLE, Block, agrees, blocks, carry_out, command

pytestmark = pytest.mark.once

ELSEWHERE = {
    # page: (who runs it, how many blocks of each language)
    "README.md": ("tests/test_readme.py", {"python": 1, "sh": 2}),
    "docs/regression-tests.md": ("tests/test_docs.py", {"python": 1, "sh": 3}),
    "docs/studies.md": ("tests/test_docs.py", {"python": 1}),
    "docs/tables.md": ("tests/test_docs_tables.py", {"sh": 1}),
}
"""Pages that need files of their own to run."""


@pytest.fixture
def quicker(monkeypatch):
    """Quick versions of studies, with all their tables and variants, but short runs."""
    for name, quick in QUICK.items():
        monkeypatch.setitem(QUICK, name, msgspec.structs.replace(quick, max_epochs=15))


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ELSEWHERE])
def test_all_blocks_run(page, tmp_path, monkeypatch, capsys, quicker):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)  # as in a session that is started there
    if plots := sys.modules.get("matplotlib.pyplot"):
        plots.close("all")  # of whoever ran before in this process
    carry_out(page, capsys)
    if plots := sys.modules.get("matplotlib.pyplot"):
        drawn = len(plots.get_fignums())
        plots.close("all")
        assert drawn == (ROOT / page).read_text(encoding="utf-8").count("](figures/"), (
            "a picture for each figure"
        )
    for saved in tmp_path.glob("*.py"):
        sys.modules.pop(saved.stem, None)


@pytest.mark.parametrize("page", ELSEWHERE)
def test_all_blocks_run_elsewhere(page):
    who, counts = ELSEWHERE[page]
    found = Counter(block.language for block in blocks(page) if block.reason is None)
    assert {language: found[language] for language in RUNNABLE if found[language]} == counts, (
        f"run new blocks in {who} and count them here, or mark them: <!-- not run: REASON -->"
    )


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    folder = (ROOT / page).parent
    text = re.sub(r"```.*?```", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[\w-]*)?\)", text):
        assert target.startswith("https:") or (folder / target).exists(), f"{page}: {target}"


@pytest.mark.parametrize("page", PAGES)
def test_every_fence_says_what_it_holds(page):
    """A block without a language would escape all of this."""
    for block in blocks(page):
        assert block.language, str(block)


def test_what_is_shown_is_compared():
    printed = "Decision 3: t = 0.12345 s\nscore 1,998 of 2e-3\nthe end\n"
    assert agrees(printed, printed)
    assert agrees("Decision 3: t = 0.12346 s\n...\nthe end\n", printed)
    assert agrees("Decision 3: ...\n...\n", printed)
    assert not agrees("Decision 3: t = 0.128 s\n...\n", printed)
    assert not agrees("Decision 4: t = 0.12345 s\n...\n", printed)
    assert not agrees("Decision 3: t = 0.12345 s\nthe end\n", printed)
    assert not agrees("Decision 3: t = 0.12345 s\n", printed)


def test_a_foreign_command_is_refused(capsys):
    with pytest.raises(AssertionError, match="mark the block"):
        command("pip install simdyhpo", Block("page", 1, "sh", "", None), capsys)
