"""What the set-up promises: exact pins, one version, tables small enough to ship."""

import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import simdyhpo

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[1]


def pins(path: Path) -> dict[str, str]:
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("==") for line in lines)


@pytest.mark.parametrize("name", ["default", "modern"])
def test_constraints_are_exact_and_name_torch(name):
    versions = pins(ROOT / "constraints" / f"{name}.txt")
    assert versions["torch"] == "2.13.0"
    assert all(version[0].isdigit() and "*" not in version for version in versions.values())


def test_dependencies_are_open_ranges():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["dependencies"]
    assert all(">=" in requirement and "==" not in requirement for requirement in project["dependencies"])


def test_version_is_said_once():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "version" not in project
    assert metadata.version("simdyhpo") == simdyhpo.__version__


def test_package_is_typed_and_has_its_command():
    assert (Path(simdyhpo.__file__).parent / "py.typed").exists()
    (command,) = metadata.entry_points(group="console_scripts", name="simdyhpo")
    assert command.value == "simdyhpo.cli.main:main"


def test_shipped_tables_stay_under_20_megabytes():
    files = list((ROOT / "blackboxes").glob("*/tables/*"))
    assert len(files) == 2 * 48
    assert sum(file.stat().st_size for file in files) < 20_000_000
