import pytest


@pytest.fixture(scope="session")
def yahpo_data(shared_data):
    """YAHPO's data, or a skip; skips without onnxruntime, too."""
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed (the extra onnx)")
    folder = shared_data / "yahpo"
    if not (folder / "lcbench").is_dir():
        pytest.skip(f"no YAHPO data in {folder}")
    return folder
