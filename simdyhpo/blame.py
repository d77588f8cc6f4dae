"""Whose code raised an exception, and when: said in a note, while the exception stays what it is."""

from __future__ import annotations

from collections.abc import Callable

from simdyhpo.errors import SimdyhpoError

_MARK = "simdyhpo_blame"


def blame(error: BaseException, words: str) -> None:
    """Add who raised an exception, and when; only the first who say something are heard.

    Errors of ours already say what is wrong, and an interrupt is nobody's fault.

    Args:
        error: it is changed in place: type, arguments and traceback stay as they are.
        words: e.g. "scheduler 'mine:Mine' raised it in ask, at decision 12".
    """
    if isinstance(error, SimdyhpoError | KeyboardInterrupt) or blamed(error) is not None:
        return
    # The dictionary itself: an exception may forbid that its attributes are set.
    error.__dict__[_MARK] = words
    error.__dict__["__notes__"] = [*getattr(error, "__notes__", ()), words]


def blamed(error: BaseException) -> str | None:
    """What was said with `blame`; None for an exception that nobody's own code raised."""
    words = error.__dict__.get(_MARK)
    return words if isinstance(words, str) else None


class blaming:  # noqa: N801 - `with blaming(...)`
    """Blame whatever is raised within. A class, since contextlib sets an attribute of what passes."""

    def __init__(self, words: str | Callable[[BaseException], str | None]) -> None:
        """Nothing happens yet.

        Args:
            words: see `blame`; or what gives them, None where nobody is to blame.
        """
        self._words = words

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, frames: object) -> None:
        """Say whose it is; the exception goes on."""
        if error is None:
            return
        words = self._words if isinstance(self._words, str) else self._words(error)
        if words is not None:
            blame(error, words)
