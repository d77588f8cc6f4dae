"""Logs are read as a user's are: through the command, and the table that it wrote is looked at."""

import json
from typing import Any, NamedTuple

import pytest

from simdyhpo.cli.main import main
from simdyhpo.tables.curves import CurveTable


class Imported(NamedTuple):
    table: CurveTable
    manifest: dict[str, Any]
    out: str

    @property
    def rows(self):
        """The configurations, each as a dictionary."""
        return [dict(self.table.configurations.row(i)) for i in range(len(self.table))]


@pytest.fixture
def read(tmp_path, capsys):
    """Import a place; its table, manifest, and what was printed."""

    def from_place(source, place, *words):
        out = tmp_path / "made" / f"table{len(list(tmp_path.glob('made/*.npz')))}.npz"
        out.parent.mkdir(exist_ok=True)
        capsys.readouterr()
        line = ["blackbox", "import", place, "--from", source, "--out", out, *words]
        status = main([str(word) for word in line])
        said = capsys.readouterr()
        warned = "--repair-time" in words and said.err.startswith("warning: ")
        assert (status, said.err if not warned else "") == (0, "")
        return Imported(CurveTable.load(out), json.loads(out.with_suffix(".json").read_text()), said.out)

    return from_place


@pytest.fixture
def refused(tmp_path, capsys):
    """Import a place that can't be; the one line that says why."""

    def from_place(source, place, *words):
        out = tmp_path / "refused.npz"
        capsys.readouterr()
        line = ["blackbox", "import", place, "--from", source, "--out", out, *words]
        status = main([str(word) for word in line])
        said = capsys.readouterr()
        assert (status, said.out, said.err.count("\n")) == (2, "", 1)
        assert said.err.startswith("error: ")
        assert not out.exists()
        return said.err

    return from_place
