"""What click says of a command line that it can't read, in our words, and with what to do."""

from __future__ import annotations

import re

import click

_RULES = (
    (
        r"(?P<before>.*: )?'(?P<given>.*)' is not a valid integer(?: range)?",
        "{before}'{given}' is no whole number",
    ),
    (r"(?P<before>.*: )?'(?P<given>.*)' is not a valid float(?: range)?", "{before}'{given}' is no number"),
    (r"(?P<before>)Got unexpected extra arguments? \((?P<given>.*)\)", "nothing asks for '{given}'"),
)
_PAIRS = "NAME=VALUE"


def words_of(error: click.ClickException) -> str:
    """One line: what is wrong, and where to look unless click itself offers something better."""
    said = error.format_message().strip()
    theirs = type(error) is not click.UsageError or said.startswith("Got unexpected")
    if not (isinstance(error, click.UsageError) and theirs and error.ctx) or "did you mean" in said.lower():
        return said
    context, said = error.ctx, said.rstrip(".")
    for pattern, words in _RULES:
        if found := re.fullmatch(pattern, said, flags=re.DOTALL):
            said = words.format(**{name: part or "" for name, part in found.groupdict().items()})
            break
    takes_pairs = any(parameter.metavar == _PAIRS for parameter in context.command.params)
    if said.startswith("nothing asks for") and takes_pairs:
        said += f": a setting is one word, --option {_PAIRS}"
    return f"{said}; `{context.command_path} --help` says what it takes"
