"""What the repository promises beside its code: explained dependencies, valid files, attributions."""

import ast
import hashlib
import importlib
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import simdyhpo

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def requirements():
    """(package, extra) of everything that pyproject.toml asks for."""
    project = PROJECT["project"]
    extras = {"": project["dependencies"], "build system": PROJECT["build-system"]["requires"]}
    for extra, wanted in (extras | project["optional-dependencies"]).items():
        for one in wanted:
            yield re.split(r"[<>=!~ ;\[]", one, maxsplit=1)[0], extra


def explained():
    """{package: extras} of the rows of constraints/README.md."""
    rows = (ROOT / "constraints" / "README.md").read_text().splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if row.startswith("| ")]
    return {row[0]: set(row[1].split(", ")) if len(row) == 4 else {""} for row in cells}


def test_every_dependency_is_justified_with_its_licence():
    listed = explained()
    for package, extra in requirements():
        assert package in listed, f"constraints/README.md has no line for {package}"
        assert {extra, ""} & listed[package], (
            f"constraints/README.md: {package} is not listed with extra {extra!r}"
        )


def test_nothing_is_explained_that_is_not_needed():
    needed = {package for package, _ in requirements()}
    assert {
        name for name in explained() if not name.startswith(("`", "---")) and name != "package"
    } - needed <= {"file"}


def test_lower_bounds_are_the_ones_that_are_tested():
    pins = dict(
        line.split("==")
        for line in (ROOT / "constraints" / "lowest.txt").read_text().splitlines()
        if "==" in line
    )
    extras = PROJECT["project"]["optional-dependencies"]
    for one in [*PROJECT["project"]["dependencies"], *extras["test"]]:
        name, lowest = one.split(">=")
        if name != "torch":  # see constraints/lowest.txt
            assert f"{pins[name]}.0.0".startswith(f"{lowest}.0"), one


@pytest.mark.parametrize("path", ["CITATION.cff", ".pre-commit-config.yaml"])
def test_yaml(path):
    assert yaml.safe_load((ROOT / path).read_text())


def test_the_citation_names_us():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["cff-version"] == "1.2.0"
    assert citation["license"] == PROJECT["project"]["license"]
    assert citation["authors"] == PROJECT["project"]["authors"]


def test_every_shipped_table_is_attributed():
    notice = (ROOT / "NOTICE").read_text()
    for manifest in (ROOT / "blackboxes").glob("*/tables/*.json"):
        said = json.loads(manifest.read_text())
        suite = manifest.parents[1].name
        assert f"\n{suite}-... (" in notice or f"\n{suite}\n" in notice
        assert said["licence"] == "Apache-2.0"


def test_every_vendored_library_is_whole_and_named():
    folders = list((ROOT / "simdyhpo").glob("*/vendored/*"))
    assert [folder.name for folder in folders] == ["uplot"]
    listed, notice = (ROOT / "constraints" / "README.md").read_text(), (ROOT / "NOTICE").read_text()
    for folder in folders:
        said = json.loads((folder / "package.json").read_text())
        assert f"version {said['version']}, {said['license']}" in listed
        assert f"Version {said['version']}" in notice
        for file in folder.iterdir():
            assert hashlib.sha256(file.read_bytes()).hexdigest() in listed, file
    assert "simdyhpo/*/vendored/*/LICENSE" in PROJECT["project"]["license-files"]


def test_bill_of_materials(tmp_path):
    subprocess.run([sys.executable, ROOT / "tools" / "sbom.py", tmp_path / "sbom.json"], check=True)
    bill = json.loads((tmp_path / "sbom.json").read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["version"] == simdyhpo.__version__
    there = {one["name"]: one for one in bill["components"]}
    assert {"numpy", "torch", "msgspec"} <= set(there)
    assert all(one["version"] and one["licenses"] for one in there.values())
    needs = {one["ref"]: one["dependsOn"] for one in bill["dependencies"]}
    assert there["uplot"]["bom-ref"] in needs[bill["metadata"]["component"]["bom-ref"]]
    assert there["uplot"]["licenses"] == [{"expression": "MIT"}]
    assert there["numpy"]["bom-ref"] in needs[there["pandas"]["bom-ref"]]


def test_the_workflow_runs_what_contributors_run():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "checks.yml").read_text())
    (job,) = workflow["jobs"].values()
    assert job["steps"][-1] == {"run": ".ci/run"}
    python = next(
        step["with"]["python-version"] for step in job["steps"] if "setup-python" in step.get("uses", "")
    )
    assert PROJECT["project"]["requires-python"] == f">={python}"


def imported_from_the_package():
    """(file, line, module, name) of all that makers, benchmarks, figures and tools take from it."""
    for folder in ("benchmarks", "blackboxes", "plots", "tools"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "simdyhpo":
                    for alias in node.names:
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", node.module, alias.name


def test_what_stands_beside_the_package_takes_names_that_are_there():
    for where, module, name in imported_from_the_package():
        there = hasattr(importlib.import_module(module), name) or importlib.util.find_spec(f"{module}.{name}")
        assert there, f"{where}: {module} has no {name}"


HASTE = (
    "run(words, timeout=60)",
    "process.communicate(timeout=1.5)",
    "process.wait(60)",
    "thread.join(5)",
    "settings(deadline=200)",
    "WebDriverWait(page, 30)",
)


def hasty(source):
    """Lines that give up after a number of their own."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            given = [word.value for word in node.keywords if word.arg in ("timeout", "deadline")]
            if ast.unparse(node.func).rpartition(".")[2] in ("wait", "join", "WebDriverWait"):
                given += node.args
            if any(isinstance(one, ast.Constant) and type(one.value) in (int, float) for one in given):
                yield node.lineno


def test_tests_have_patience():
    """On a busy machine everything takes many times as long: one number says when a test gives up."""
    assert all(list(hasty(line)) == [1] for line in HASTE)
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for line in hasty(path.read_text(encoding="utf-8"))
    ]
    assert not found, f"say PATIENCE, of tests/studies/watching.py: {found}"


def test_no_test_measures_speed():
    """A busy machine would fail it: speed is measured in benchmarks/, as ratios, and tests count calls."""
    clocks = {"process_time", "process_time_ns", "perf_counter", "perf_counter_ns", "thread_time"}
    for path in sorted((ROOT / "tests").rglob("*.py")):
        nodes = ast.walk(ast.parse(path.read_text("utf-8")))
        named = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        assert not named & clocks, path
