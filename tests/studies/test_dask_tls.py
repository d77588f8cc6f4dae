"""A Dask cluster that encrypts and asks for certificates, set up as docs/studies.md says."""

import shutil
import subprocess

import pytest

from tests.studies.conftest import CELLS, shell, stored
from tests.studies.test_executors import BRIEFLY, alone, dask_cluster, needs_dask  # noqa: F401 - a fixture is one, too

pytestmark = [
    pytest.mark.slow,
    pytest.mark.once,
    needs_dask,
    pytest.mark.skipif(not shutil.which("openssl"), reason="openssl, which makes certificates, isn't there"),
]

SETTINGS = """
distributed:
  comm:
    require-encryption: true
    tls:
      ca-file: {certificate}
      scheduler: {{cert: {certificate}, key: {key}}}
      worker: {{cert: {certificate}, key: {key}}}
      client: {{cert: {certificate}, key: {key}}}
"""


def certified(folder):
    """Dask's settings with a certificate that vouches for itself: the folder they lie in."""
    folder.mkdir()
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=simdyhpo-test"]
    made = ["openssl", *words, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    (folder / "dask.yaml").write_text(SETTINGS.format(certificate=certificate, key=key))
    return str(folder)


def test_only_who_has_the_certificate_can_use_it(file, tables, tmp_path, monkeypatch, alone):  # noqa: F811
    monkeypatch.setenv("DASK_CONFIG", certified(tmp_path / "ours"))
    command = ["study", "run", file, "--tables", tables, "--out", tmp_path / "results", "--executor", "dask"]
    with dask_cluster(tmp_path, "--protocol", "tls") as (address, _):
        assert address.startswith("tls://127.0.0.1:")
        strangers = {
            "without one": str(tmp_path / "nothing"),
            "with another": certified(tmp_path / "strange"),
        }
        for settings in strangers.values():
            _, err = shell(*command, "--address", address, expect=2, DASK_CONFIG=settings, **BRIEFLY)
            assert err.splitlines()[-1].startswith(f"error: no Dask scheduler at {address}")
            assert "Traceback" not in err
        plain = address.replace("tls://", "tcp://")
        _, err = shell(
            *command, "--address", plain, expect=2, DASK_CONFIG=strangers["without one"], **BRIEFLY
        )
        assert err.splitlines()[-1].startswith(f"error: no Dask scheduler at {plain}")
        out, err = shell(*command, "--address", address)
    assert f"{CELLS} cells made" in out
    assert "neither encrypted" not in err
    assert stored(tmp_path / "results") == alone
