"""Every number of the README and where it comes from: `python -m tools.readme_numbers`.

Numbers between markers are written by `tools.fill_pages`; those in code are run by tests/test_readme.py. All
others are in `SAID`, each with what it is derived from, and a test fails where one differs or none is named.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence

import msgspec

from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.cli.main import BAD_INPUT
from simdyhpo.demo.grid import FULL
from simdyhpo.tables.blackboxes import shipped_files
from tools.stored_results import ROOT, stored

README = ROOT / "README.md"
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_NUMBER = re.compile(rf"\d+(?:,\d{{3}})*(?:\.\d+)*|\b(?:{'|'.join(WORDS[2:])})\b", flags=re.IGNORECASE)
"""Digits, and numbers in words from two on: "one" is mostly an article."""


class Said(msgspec.Struct, frozen=True):
    """A place of the README with numbers in it.

    Attributes:
        pattern: what stands there; each group is a number.
        source: where they come from, in words.
        values: what they have to be; None where the source isn't ours (a paper's year).
    """

    pattern: str
    source: str
    values: Callable[[], Sequence[object]] | None


class Found(msgspec.Struct, frozen=True):
    """One place, as it is: the numbers that the README says, and those that it should."""

    said: Said
    numbers: tuple[str, ...]
    expected: tuple[str, ...]


def _block(language: str, holding: str) -> list[str]:
    """The lines of the first block of code that holds a text."""
    blocks = re.findall(rf"```{language}\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [line for line in next(one for one in blocks if holding in one).splitlines() if line]


def _pythons() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return re.findall(r":: (3\.\d+)", "\n".join(project["classifiers"]))


def _training() -> list[str]:
    """Days of training in ASHA's runs of the study of LCBench, how many runs, on how many tables."""
    rows = stored("lcbench", "results")
    assert rows is not None
    mine = rows[rows["label"] == "asha"]
    return [f"{mine['busy_seconds'].sum() / 86400:.0f}", str(len(mine)), str(mine["blackbox"].nunique())]


SAID: Sequence[Said] = (
    Said(
        r"(\d+) days of training: ASHA's (\d+) runs on LCBench's (\d+) tables",
        "experiments/results/lcbench",
        _training,
    ),
    Said(
        r"over time, (\w+) panels",
        "the demo's grid",
        lambda: [WORDS[len(FULL.blackboxes) * len(FULL.workers)]],
    ),
    Said(
        r"regret over (\w+) seeds on (\w+) tables, with (\w+) worker against epochs and with (\w+) against",
        "the demo's grid",
        lambda: [WORDS[one] for one in (len(FULL.seed_numbers), len(FULL.blackboxes), *FULL.workers)],
    ),
    Said(
        r"## (\w+) commands", "the commands below it", lambda: [WORDS[len(_block("sh", "make demo"))].title()]
    ),
    Said(r"Python ([\d.]+), ([\d.]+) or ([\d.]+), venv", "pyproject.toml: classifiers", _pythons),
    Said(
        r"## (\w+) lines of Python",
        "the lines below it",
        lambda: [WORDS[len(_block("python", "simdyhpo.simulate"))].title()],
    ),
    Said(
        r"(\w+) tutorials, which are notebooks",
        "docs/tutorial-*.md",
        lambda: [WORDS[len(list((ROOT / "docs").glob("tutorial-*.md")))].title()],
    ),
    Said(
        r"see it work in (\w+) minutes",
        "the title of docs/start.md",
        lambda: re.findall(r"^# Start in (\w+) minutes", (ROOT / "docs" / "start.md").read_text()),
    ),
    Said(
        r"(\d+) tables, (\d+) schedulers", "what is shipped", lambda: [len(shipped_files()), len(SCHEDULERS)]
    ),
    Said(r"exit status (\d)", "simdyhpo.cli.main", lambda: [BAD_INPUT]),
    Said(r"\(NeurIPS (\d+),\s+arXiv ([\d.]+)\)", "the paper", None),
    Said(r"\(MLSys (\d+)\)", "the paper", None),
    Said(r"Apache-(2\.0)", "the licence's name", None),
)


def prose() -> str:
    """The README without code, derived blocks and addresses; what is left keeps its order."""
    text = README.read_text(encoding="utf-8")
    text = re.sub(r"<!-- from results: .*?<!-- end -->", "", text, flags=re.DOTALL)
    text = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
    return " ".join(re.sub(r"\]\([^)]*\)", "]", text).split())


def found() -> Iterator[Found]:
    """Every place of `SAID`, as the README has it.

    Raises:
        ValueError: a place isn't there, or is there twice.
    """
    text = prose()
    for said in SAID:
        places = list(re.finditer(said.pattern, text))
        if len(places) != 1:
            raise ValueError(
                f"the README has {len(places)} places like {said.pattern!r}: change SAID, or the text"
            )
        numbers = places[0].groups()
        yield Found(said, numbers, numbers if said.values is None else tuple(map(str, said.values())))


def unnamed() -> list[str]:
    """Numbers of the README for which `SAID` has no source, with the words around them."""
    text = prose()
    named = [
        place.span(group)
        for said in SAID
        for place in re.finditer(said.pattern, text)
        for group in range(1, len(place.groups()) + 1)
    ]
    return [
        " ".join(text[max(0, one.start() - 30) : one.end() + 20].split())
        for one in _NUMBER.finditer(text)
        if not any(begin <= one.start() and one.end() <= end for begin, end in named)
    ]


if __name__ == "__main__":
    for one in found():
        differs = "" if one.numbers == one.expected else f"  BUT IT IS {', '.join(one.expected)}"
        print(f"{', '.join(one.numbers):32} {one.said.source}{differs}")
    for words in unnamed():
        print(f"no source: ... {words} ...")
