"""Write a software bill of materials of this environment: CycloneDX 1.6, from installed metadata alone.

`python tools/sbom.py sbom.json`. Equal environments give equal bytes: there is no date and no serial number.
"""

from __future__ import annotations

import json
import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def component(one: metadata.Distribution) -> dict[str, Any]:
    """A package as CycloneDX says it."""
    name, version = _normal(one.metadata["Name"]), one.version
    licence = one.metadata.get("License-Expression")
    named = licence or _classified(one) or "not stated"
    choice = {"expression": licence} if licence else {"license": {"name": named}}
    reference = f"pkg:pypi/{name}@{version}"
    kind = "application" if name == "simdyhpo" else "library"
    return {
        "type": kind,
        "bom-ref": reference,
        "name": name,
        "version": version,
        "licenses": [choice],
        "purl": reference,
    }


def vendored() -> list[dict[str, Any]]:
    """What travels inside the package, from the files that it came with."""
    found = []
    for path in sorted((ROOT / "simdyhpo").glob("*/vendored/*/package.json")):
        said = json.loads(path.read_text(encoding="utf-8"))
        reference = f"pkg:npm/{said['name']}@{said['version']}"
        found.append(
            {
                "type": "library",
                "bom-ref": reference,
                "name": said["name"],
                "version": said["version"],
                "licenses": [{"expression": said["license"]}],
                "purl": reference,
            }
        )
    return found


def bill() -> dict[str, Any]:
    """All packages of the environment, by name, with what is vendored, and who requires whom."""
    packages = {_normal(one.metadata["Name"]): one for one in metadata.distributions()}
    components = {name: component(packages[name]) for name in sorted(packages)}
    references = {name: one["bom-ref"] for name, one in components.items()}
    needs = {
        name: sorted({references[_normal(need)] for need in _required(one) if _normal(need) in references})
        for name, one in packages.items()
    }
    inside = vendored()
    needs["simdyhpo"] += [one["bom-ref"] for one in inside]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": components.pop("simdyhpo")},
        "components": [*components.values(), *inside],
        "dependencies": [{"ref": references[name], "dependsOn": needs[name]} for name in sorted(packages)]
        + [{"ref": one["bom-ref"], "dependsOn": []} for one in inside],
    }


def _required(one: metadata.Distribution) -> list[str]:
    """Names of what a package requires, extras included; what of it isn't installed is left out later."""
    return [re.split(r"[^\w.-]", need, maxsplit=1)[0] for need in one.requires or []]


def _classified(one: metadata.Distribution) -> str:
    kinds = [kind for kind in one.metadata.get_all("Classifier") or [] if kind.startswith("License ::")]
    return ", ".join(kind.rpartition(" :: ")[2] for kind in kinds)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    text = json.dumps(bill(), indent=2) + "\n"
    Path(sys.argv[1]).write_text(text, encoding="utf-8")
    print(f"{sys.argv[1]}: {len(bill()['components'])} packages")
