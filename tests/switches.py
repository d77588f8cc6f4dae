"""An environment in which nobody has asked for the common code, for processes that do it themselves."""

from __future__ import annotations

import os

from simdyhpo.arithmetic import COMMON, NUMPY_SWITCH

SWITCHES = (*COMMON, NUMPY_SWITCH)


def without_switches() -> dict[str, str]:
    """This process's environment without them."""
    return {name: value for name, value in os.environ.items() if name not in SWITCHES}
