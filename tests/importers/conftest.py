import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shared_data():
    """The folder of raw benchmark data beside the checkout, or a skip."""
    default = ROOT.parent / "shared" / "data"
    folder = Path(os.environ.get("SIMDYHPO_SHARED_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"no raw benchmark data in {folder} (SIMDYHPO_SHARED_DATA names another folder)")
    return folder


@pytest.fixture(scope="session")
def yahpo_data(shared_data):
    """YAHPO's data, or a skip; skips without onnxruntime, too."""
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed (the extra onnx)")
    folder = shared_data / "yahpo"
    if not (folder / "lcbench").is_dir():
        pytest.skip(f"no YAHPO data in {folder}")
    return folder
