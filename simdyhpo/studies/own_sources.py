"""What a scheduler that isn't ours is made of: its module, and what that imports from its own package."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path

from simdyhpo.own_code import module_file

_INSTALLED = {"site-packages", "dist-packages"}


def sources_digest(name: str) -> str | None:
    """SHA-256 over the sources of a `module:Class`; None where its module has no file.

    Of a module that imports nothing of its own it is that of its text. Nothing is imported to find out.
    """
    files = own_sources(name)
    if not files:
        return None
    digests = {module: hashlib.sha256(path.read_bytes()).hexdigest() for module, path in files.items()}
    if len(digests) == 1:
        return next(iter(digests.values()))
    lines = "".join(f"{digest}  {module}\n" for module, digest in sorted(digests.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def own_sources(name: str) -> dict[str, Path]:
    """The files, by module, of a `module:Class` and of all it imports, directly or not, from its package.

    Of what lies in a working folder, modules and packages beside it are its own, too.
    """
    module, file = name.partition(":")[0], module_file(name)
    if file is None:
        return {}
    root = file.parents[module.count(".") + (file.name == "__init__.py")]
    found, waiting = {module: file}, [module]
    while waiting:
        for imported in _imported(waiting[-1], found[waiting.pop()]):
            path = _file(root, imported)
            if imported not in found and path is not None and _is_own(imported, module, root):
                found[imported] = path
                waiting.append(imported)
    return found


def _is_own(imported: str, module: str, root: Path) -> bool:
    package = imported.partition(".")[0]
    beside = _INSTALLED.isdisjoint(root.parts) and package != "simdyhpo"
    return beside or package == module.partition(".")[0]


def _file(root: Path, module: str) -> Path | None:
    place = root.joinpath(*module.split("."))
    files = (place / "__init__.py", place.with_name(f"{place.name}.py"))
    return next((file for file in files if file.is_file()), None)


def _imported(module: str, file: Path) -> Iterator[str]:
    """Names that may be modules, of all imports in a file, wherever they stand in it."""
    try:
        tree = ast.parse(file.read_bytes())
    except (MemoryError, RecursionError, SyntaxError, ValueError):
        return  # compiled, or broken, which whoever imports it is told
    package = module.split(".") if file.name == "__init__.py" else module.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            source = ".".join([*above, *filter(None, [node.module])])
            yield from filter(None, [source])
            yield from (f"{source}.{alias.name}".lstrip(".") for alias in node.names)
