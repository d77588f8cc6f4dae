"""Whom everybody else is compared with."""

from __future__ import annotations

from collections.abc import Sequence

from simdyhpo.errors import UnknownNameError


def known_baseline(asked: str | None, labels: Sequence[str], *, what: str = "method") -> str:
    """The label that was asked for; the first if none was, and empty where there is none.

    Args:
        asked: a label, or None.
        labels: all of them.
        what: they are labels of, in the words of the error.

    Raises:
        UnknownNameError: there is no such label.
    """
    if asked is not None and asked not in labels:
        raise UnknownNameError(what, asked, labels)
    return asked or next(iter(labels), "")
