"""The traceback of somebody's own scheduler, without the frames above it that are ours."""

from __future__ import annotations

import sys
import traceback

_OURS = ("simdyhpo", "click", "contextlib")


def show_own_traceback(error: BaseException) -> None:
    """Print it to stderr, from the first frame that isn't ours; all of it, if every frame is."""
    below = error.__traceback__
    while below is not None and str(below.tb_frame.f_globals.get("__name__")).partition(".")[0] in _OURS:
        below = below.tb_next
    traceback.print_exception(type(error), error, below or error.__traceback__, file=sys.stderr)
