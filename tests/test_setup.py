"""What the set-up promises: a Python that is there, exact pins, one version, tables small enough to ship."""

import shutil
import subprocess
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


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.mark.parametrize("name", ["yahpo", "modern"])
def test_constraints_are_exact_and_name_torch(name):
    versions = pins(ROOT / "constraints" / f"{name}.txt")
    assert versions["torch"] == "2.13.0"
    assert all(version[0].isdigit() and "*" not in version for version in versions.values())


def test_dependencies_are_open_ranges():
    wanted = project()["project"]["dependencies"]
    assert wanted
    assert all(">=" in requirement and "==" not in requirement for requirement in wanted)


def test_version_is_said_once():
    assert "version" not in project()["project"]
    assert metadata.version("simdyhpo") == simdyhpo.__version__


def test_package_is_typed_and_has_its_command():
    assert (Path(simdyhpo.__file__).parent / "py.typed").exists()
    (command,) = metadata.entry_points(group="console_scripts", name="simdyhpo")
    assert command.value == "simdyhpo.cli.main:main"


def test_shipped_tables_stay_under_20_megabytes():
    files = list((ROOT / "blackboxes").glob("*/tables/*"))
    assert len(files) == 2 * 48
    assert sum(file.stat().st_size for file in files) < 20_000_000


@pytest.fixture
def make(tmp_path):
    """What `make setup` would do in a clone without an environment, and with these Pythons alone."""
    if (found := shutil.which("make")) is None:
        pytest.skip("make is not installed")

    def carry_out(*words, pythons=()):
        for command in ("sh", "cksum", "cut", "awk"):
            (tmp_path / command).symlink_to(shutil.which(command))
        for name, version in pythons:
            (tmp_path / name).write_text(f'#!/bin/sh\ncase "$2" in *"{version}"*) exit 0;; esac\nexit 1\n')
            (tmp_path / name).chmod(0o755)
        return subprocess.run(
            [found, "-n", "setup", f"VENV={tmp_path}/none", *words],
            cwd=ROOT,
            env={"PATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        ).stdout

    return carry_out


@pytest.mark.parametrize(
    ("pythons", "words", "chosen"),
    [
        ([("python3", "3.13")], [], "python3"),
        ([("python3.12", "3.12"), ("python3", "3.10")], [], "python3.12"),
        ([("python3.11", "3.11"), ("python3.13", "3.13")], [], "python3.11"),
        ([("python3.11", "none"), ("python3.13", "3.13")], [], "python3.13"),
        ([("python3.11", "3.11"), ("python3.13", "3.13")], ["YAHPO=1"], "python3.11"),
        ([("python3.13", "3.13")], ["YAHPO=1"], ""),
        ([("python3", "3.10")], [], ""),
    ],
)
def test_make_takes_a_python_that_is_there(make, pythons, words, chosen):
    assert f'test -n "{chosen}" || ' in make(*words, pythons=pythons)


def test_the_environment_is_a_current_one_unless_yahpo_is_asked_for(make):
    assert '--constraint constraints/modern.txt --editable ".[onnx,' in make("PYTHON=python")


def test_the_environment_with_yahpo(make):
    assert '--constraint constraints/yahpo.txt --editable ".[yahpo,' in make("PYTHON=python", "YAHPO=1")


def test_an_index_for_torch(make):
    torch, rest = (
        line
        for line in make("PYTHON=python", "TORCH_INDEX=https://some/cpu").splitlines()
        if "pip install" in line
    )
    assert torch.endswith("--no-deps --index-url https://some/cpu torch")
    assert "--index-url" not in rest


def test_who_uses_uv_gets_the_cpu_build():
    uv = project()["tool"]["uv"]
    (index,) = uv["index"]
    assert index["explicit"]
    assert index["url"].endswith("/whl/cpu")
    assert uv["sources"] == {"torch": [{"index": index["name"]}]}


def test_pythons_are_said_alike():
    """Where make looks, and what the classifiers promise."""
    (line,) = [
        line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith("PYTHONS := 3.11 ")
    ]
    said = [one.rpartition(" ")[2] for one in project()["project"]["classifiers"] if "Python :: 3." in one]
    assert line.removeprefix("PYTHONS := ").split() == said
    assert project()["project"]["requires-python"] == f">={said[0]}"
