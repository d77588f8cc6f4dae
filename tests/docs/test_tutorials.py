"""The tutorials' notebooks are their pages, and their pictures are there. test_pages.py runs their code."""

import ast
import json
import re

import pytest

from tests.docs.blocks import blocks
from tools.fill_tutorials import DOCS, PAGES, notebook, notebook_of

pytestmark = pytest.mark.once
NAMES = [page.stem for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_the_notebook_is_the_page(page):
    assert notebook_of(page).read_text(encoding="utf-8") == notebook(page), "python -m tools.fill_tutorials"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_its_code_is_the_pages_and_its_links_lead_somewhere(page):
    cells = json.loads(notebook(page))["cells"]
    code = ["".join(cell["source"]) + "\n" for cell in cells if cell["cell_type"] == "code"]
    run = [one for one in blocks(f"docs/{page.name}") if one.language in ("python", "sh")]
    assert [ast.dump(ast.parse(text)) for text in code if text[0] != "!"] == [
        ast.dump(ast.parse(one.text)) for one in run if one.language == "python"
    ]
    assert len(code) == len(run)
    text = "".join("".join(cell["source"]) for cell in cells)
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert (notebook_of(page).parent / target).exists(), target
    assert len({cell["id"] for cell in cells}) == len(cells)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_plot_has_its_picture(page):
    text = page.read_text(encoding="utf-8")
    shown = re.findall(r"\]\(figures/([^)]+)\)", text)
    assert shown == [
        f"{page.stem}-{place}.png"
        for place in range(1, text.count(".plot(") + 1 - text.count("`comparison.plot("))
    ]
    assert all((DOCS / "figures" / name).read_bytes()[:4] == b"\x89PNG" for name in shown)
