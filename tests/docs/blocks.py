"""The code on a page: which blocks there are, how each is run, and what it should print.

On a page, blocks run from top to bottom in one folder and, for Python, one session:

- `python`: is executed. A first line `# file: NAME` also saves it, for the commands below it.
- `sh`: every line is a command of simdyhpo, and ends with status 0.
- `text` right below one of those is what it prints. `...` stands for any text; a number for one that agrees
  to two digits, since models differ by rounding from one kind of processor to the next.
- `toml`, `csv`: with a first line `# file: NAME`, saved. Where that line would be part of the data, it is
  `<!-- file: NAME -->`, above the block.

What can't run here is marked on the line above: `<!-- not run: REASON -->`.
"""

from __future__ import annotations

import math
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from simdyhpo.cli.main import main

ROOT = Path(__file__).parents[2]
PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))),
]
RUNNABLE = ("python", "sh")

_BLOCK = re.compile(
    r"(?:<!-- not run: (?P<reason>[^\n]+?) -->\n+|<!-- file: (?P<name>\S+) -->\n)?"
    r"^```(?P<language>[^\n`]*)\n(?P<text>.*?)^```$",
    flags=re.DOTALL | re.MULTILINE,
)
_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?|[-+]?\.\d+")


@dataclass(frozen=True)
class Block:
    """One fenced block; `line` is where it stands, `reason` why it isn't run, `name` its file's."""

    page: str
    line: int
    language: str
    text: str
    reason: str | None
    name: str | None = None

    def __str__(self):
        return f"{self.page}:{self.line}"


def blocks(page: str) -> list[Block]:
    content = (ROOT / page).read_text(encoding="utf-8")
    return [
        Block(
            page,
            content.count("\n", 0, found.start("language")) + 1,
            found["language"],
            found["text"],
            found["reason"],
            found["name"],
        )
        for found in _BLOCK.finditer(content)
    ]


def carry_out(page: str, capsys) -> None:
    """Run all blocks of a page in the working folder."""
    session: dict[str, object] = {"__name__": "docs"}
    printed = ""
    for block in blocks(page):
        if block.language in ("toml", "csv", "python"):
            save(block)
        if block.language in RUNNABLE:
            printed = ""
        if block.reason is not None:
            continue
        if block.language == "python":
            exec(compile("\n" * block.line + block.text, page, "exec"), session)
            printed = capsys.readouterr().out
        elif block.language == "sh":
            printed = "".join(command(line, block, capsys) for line in block.text.splitlines())
        elif block.language == "text":
            assert agrees(block.text, printed), f"{block}: it now prints\n{printed}"


def save(block: Block) -> None:
    first = re.match(r"# file: (\S+)\n", block.text)
    if name := block.name or (first and first[1]):
        Path(name).write_text(block.text, encoding="utf-8")


def command(line: str, block: Block, capsys) -> str:
    words = shlex.split(line, comments=True)
    assert words[0] == "simdyhpo", f"{block}: {line!r} is no command of ours: mark the block as not run"
    capsys.readouterr()
    status = main(words[1:])
    said = capsys.readouterr()
    assert status == 0, f"{block}: {line}\n{said.err}"
    return said.out


def agrees(shown: str, printed: str) -> bool:
    """Whether what a page shows is what was printed: line for line, numbers to two digits."""
    lines, there = [line.rstrip() for line in shown.splitlines()], printed.splitlines()
    place = 0
    for line in lines:
        if line.strip() == "...":
            place = None
            continue
        candidates = range(len(there)) if place is None else [place]
        found = next((k for k in candidates if k < len(there) and _same(line, there[k].rstrip())), None)
        if found is None:
            return False
        place = found + 1
    return place is None or place == len(there)


def _same(shown: str, printed: str) -> bool:
    if shown.endswith("..."):
        shown = shown.removesuffix("...")
        printed = printed[: len(shown)]
    one, other = _NUMBER.findall(shown), _NUMBER.findall(printed)
    return (
        _NUMBER.sub("#", shown).split() == _NUMBER.sub("#", printed).split()
        and len(one) == len(other)
        and all(math.isclose(_value(a), _value(b), rel_tol=2e-2) for a, b in zip(one, other, strict=True))
    )


def _value(number: str) -> float:
    return float(number.replace(",", ""))
