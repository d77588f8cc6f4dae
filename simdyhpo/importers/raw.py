"""Where published files lie that were fetched: one folder for each source."""

from __future__ import annotations

import os
from pathlib import Path

RAW_VARIABLE = "SIMDYHPO_RAW"
"""The environment variable that names another folder of published files."""


def raw_folder(source: str) -> Path:
    """The folder of one source's published files, e.g. "yahpo". It need not exist."""
    named = os.environ.get(RAW_VARIABLE)
    if named:
        return Path(named) / source
    import platformdirs

    return Path(platformdirs.user_cache_path("simdyhpo")) / "raw" / source
