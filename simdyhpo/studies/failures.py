"""Why a cell failed, in words that fit everywhere: a line for lists, a text of bounded size for a file."""

from __future__ import annotations

import traceback

from simdyhpo.errors import SimdyhpoError

LINE = 200
"""The most letters of a reason; what goes on is cut."""
TEXT = 50_000
"""The most letters of a whole story; what lies in the middle is left out."""


def reason_of(error: BaseException) -> str:
    """One line: the error's kind and the first line of what it says, whatever it is and says."""
    said = next(filter(None, map(str.strip, _said(error).splitlines())), "")
    kind = "" if isinstance(error, SimdyhpoError) else " ".join(type(error).__name__.split())
    said = ": ".join(filter(None, (kind, said))) or type(error).__name__
    return printable(_short(said))


def story_of(error: BaseException) -> str:
    """What to keep of an error: its reason in the first line, below it all that it says, and where it arose.

    Our own errors say enough without the last.
    """
    reason = reason_of(error)
    if isinstance(error, SimdyhpoError):
        said = printable(bounded(_said(error))).strip()
        return f"{reason}\n" if said == reason else f"{reason}\n\n{said}\n"
    try:
        trace = "".join(traceback.format_exception(error))
    except BaseException:  # noqa: BLE001 - an error's own code is asked for its text
        trace = "".join(traceback.format_tb(error.__traceback__)) + reason
    return f"{reason}\n\n{printable(bounded(trace)).rstrip()}\n"


def reason_in(story: str) -> str:
    """The reason in a story that was kept; older versions kept the traceback alone, whose last line it is."""
    lines = story.strip().splitlines() or ["no reason is noted"]
    return _short(lines[-1] if lines[0].startswith("Traceback ") else lines[0])


def printable(text: str) -> str:
    """A text that every file and terminal takes: what can't be encoded is shown as its code."""
    return text.encode("utf-8", "backslashreplace").decode()


def bounded(text: str) -> str:
    """At most `TEXT` letters of a text, and a line that says how many were left out."""
    if len(text) <= TEXT:
        return text
    half = TEXT // 2
    return f"{text[:half]}\n... {len(text) - 2 * half:,} letters left out ...\n{text[-half:]}"


def _short(line: str) -> str:
    return line if len(line) <= LINE else f"{line[:LINE]}..."


def _said(error: BaseException) -> str:
    try:
        return "".join(str(error))
    except BaseException as second:  # noqa: BLE001 - an error's own code is asked for its text
        return f"(its text can't be made: {type(second).__name__})"
