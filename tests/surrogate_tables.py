"""Three tables of YAHPO Gym's surrogate of LCBench, on which golden logs were recorded; see tests/tables/."""

from functools import cache
from pathlib import Path

from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.tables.curves import CurveTable

FILES = {path.stem.removeprefix("yahpo-"): path for path in (Path(__file__).parent / "tables").glob("*.npz")}
"""By the names that the tables have in themselves and in the logs: those of the first release."""


@cache
def golden_table(name: str) -> CurveTable:
    """One of these, or a shipped table."""
    return load_blackbox(FILES.get(name, name))
