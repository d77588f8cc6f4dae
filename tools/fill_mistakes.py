"""Write docs/mistakes.md: each of `tools.mistakes` is carried out, and the line that it gets put beside it.

Run it after a message or a mistake has changed; a test asks for it.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path

import simdyhpo
from simdyhpo.cli.main import main
from tools.mistakes import FILES, MISTAKES, READY, STUDY, Mistake

PAGE = Path(__file__).parents[1] / "docs" / "mistakes.md"


@contextlib.contextmanager
def ready() -> Iterator[None]:
    """A new current folder in which some commands went well."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name, text in FILES.items():
            Path(name).write_text(text, encoding="utf-8")
        with contextlib.redirect_stdout(io.StringIO()):
            for words in READY:
                assert main(words.split()) == 0, words
        yield


def line_of(mistake: Mistake) -> str:
    """What is said of a mistake, in the current folder.

    Raises:
        AssertionError: it isn't one line, something was printed beside, or it wasn't refused.
    """
    text = STUDY
    for old, new in mistake.study.items():
        assert text.count(old) == 1, old
        text = text.replace(f"{old}\n", f"{new}\n" if new else "")
    Path("mine.toml").write_text(text, encoding="utf-8")
    if mistake.python:
        return _raised(mistake.typed)
    out, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
        status = main(shlex.split(mistake.typed))
    line, *more = said.getvalue().splitlines()
    assert (status, out.getvalue(), more) == (2, "", []), (mistake, status, out.getvalue(), line, more)
    return line.removeprefix("error: ")


def _raised(typed: str) -> str:
    try:
        eval(typed, {"simdyhpo": simdyhpo})
    except simdyhpo.SimdyhpoError as error:
        return str(error)
    raise AssertionError(f"{typed} was not refused")


def said() -> dict[str, list[tuple[Mistake, str]]]:
    """Every mistake and its line."""
    with ready():
        before = _everything()
        found = {about: [(one, line_of(one)) for one in some] for about, some in MISTAKES.items()}
        left = _everything() - before
    assert not left, f"mistakes left files behind: {left}"
    return found


def _everything() -> set[str]:
    return {str(path) for path in Path().rglob("*")}


def filled(page: str) -> str:
    """The page with its tables renewed."""
    lines = []
    for about, some in said().items():
        lines += ["", f"## {about}", "", "| typed | the line |", "| --- | --- |"]
        lines += [f"| {_typed(one)} | {_code(line)} |" for one, line in some]
    block = "\n".join(["<!-- from tools/mistakes.py -->", *lines, "", "<!-- end -->"])
    return re.sub(
        r"<!-- from tools/mistakes\.py -->\n.*?<!-- end -->", lambda _: block, page, flags=re.DOTALL
    )


def _typed(mistake: Mistake) -> str:
    if not mistake.study:
        return _code(mistake.typed)
    ((old, new),) = mistake.study.items()
    return (
        f"in the study: {', '.join(map(_code, new.splitlines()))}"
        if new
        else f"in the study, no {_code(old)}"
    )


def _code(text: str) -> str:
    """As it stands, in a table's cell; quotes and dashes would become nicer ones elsewhere."""
    text = text.replace("|", "\\|")
    return f"`` {text} ``" if "`" in text else f"`{text}`"


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
