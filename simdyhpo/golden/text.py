"""A golden log as text: a header, one line a decision, and how it ended; each line a JSON object.

Floats are written exactly. A line says what applies: reasons that a scheduler doesn't give are left out. So
equal runs give equal text, and a changed decision is a changed line.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from simdyhpo.decisions import Reason, ScheduleDecision
from simdyhpo.errors import OutputError, other_format
from simdyhpo.files.bounded import read_bounded_text
from simdyhpo.files.limits import LOG_BYTES
from simdyhpo.records import REASON_FIELDS, DecisionRecord
from simdyhpo.runs.result import RunResult
from simdyhpo.runs.spec import RunSpec
from simdyhpo.simulation.simulation import EndedBy
from simdyhpo.traces.manifest import decided_by_model, versions_of

FORMAT = 1

_AGAIN = "record it again with `simdyhpo golden record`"
_DEFAULTS: dict[str, Any] = msgspec.structs.asdict(Reason())


class GoldenLog(msgspec.Struct, frozen=True, kw_only=True):
    """What a golden log holds.

    Attributes:
        behaviour: of the spec, see `simdyhpo.runs.spec.BEHAVIOUR`.
        spec: what was asked.
        versions: of Python and the libraries, and the arithmetic, for a scheduler with a model; empty for
            others, whose decisions are the same everywhere.
        records: the decisions.
        ended_by, end_ns: how and when the run ended.
    """

    behaviour: int
    spec: RunSpec
    versions: Mapping[str, str]
    records: list[DecisionRecord]
    ended_by: EndedBy
    end_ns: int


def golden_log(result: RunResult) -> GoldenLog:
    """The golden log of a run."""
    return GoldenLog(
        behaviour=result.spec.behaviour,
        spec=result.spec,
        versions=versions_of(result) if decided_by_model(result) else {},
        records=list(result.log),
        ended_by=result.ended_by,
        end_ns=result.end_ns,
    )


def to_text(log: GoldenLog) -> str:
    """The log's lines; `from_text` reads them back."""
    return "".join(json.dumps(line) + "\n" for line in _lines(log))


def _lines(log: GoldenLog) -> Iterator[dict[str, Any]]:
    header = {"golden": FORMAT, "behaviour": log.behaviour, "spec": msgspec.to_builtins(log.spec)}
    yield header | ({"versions": dict(log.versions)} if log.versions else {})
    for record in log.records:
        told = msgspec.structs.asdict(record) | {"decision": record.decision.name}
        yield {name: _plain(value) for name, value in told.items() if not _says_nothing(name, value)}
    yield {"decisions": len(log.records), "ended_by": log.ended_by, "end_ns": log.end_ns}


def _says_nothing(name: str, value: object) -> bool:
    """Whether it is a reason that wasn't given."""
    if name not in REASON_FIELDS:
        return False
    return value == _DEFAULTS[name] or (isinstance(value, float) and math.isnan(value))


def _plain(value: Any) -> Any:  # noqa: ANN401 - a number of any library, or text
    return value.item() if hasattr(value, "item") else value


def read_golden(path: Path) -> GoldenLog:
    """The log in a file.

    Raises:
        OutputError: there is no such file, or it is no golden log, or not a whole one.
    """
    try:
        text = read_bounded_text(path, LOG_BYTES)
    except FileNotFoundError:
        raise OutputError(f"{path}: there is no such file; {_AGAIN}") from None
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or error
        raise OutputError(f"{path}: can't be read as text ({said}); {_AGAIN}") from None
    return from_text(text, str(path))


def from_text(text: str, source: str) -> GoldenLog:
    """Read back what `to_text` wrote.

    Args:
        text: the lines.
        source: named in errors.

    Raises:
        OutputError: it is no golden log, or not a whole one.
    """
    lines = [_object(line, f"{source}, line {number}") for number, line in enumerate(text.splitlines(), 1)]
    if not lines or "golden" not in lines[0]:
        raise OutputError(f"{source}: no golden log; {_AGAIN}")
    header, *rows = lines
    if header["golden"] != FORMAT:
        raise OutputError(f"{source}: {other_format(header['golden'], FORMAT, _AGAIN)}")
    end = rows.pop() if rows else {}
    if end.get("decisions") != len(rows):
        raise OutputError(f"{source}: truncated, or its last line was changed; {_AGAIN}")
    records = [_record(row, index, f"{source}, line {index + 2}: damaged") for index, row in enumerate(rows)]
    try:
        return GoldenLog(
            behaviour=int(header["behaviour"]),
            spec=msgspec.convert(header["spec"], RunSpec),
            versions=msgspec.convert(header.get("versions", {}), dict[str, str]),
            records=records,
            ended_by=msgspec.convert(end["ended_by"], EndedBy),
            end_ns=msgspec.convert(end["end_ns"], int),
        )
    except (KeyError, TypeError, ValueError, msgspec.MsgspecError) as error:
        raise OutputError(f"{source}: damaged header or last line ({error}); {_AGAIN}") from None


def _object(line: str, source: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise OutputError(f"{source}: not JSON ({error}); {_AGAIN}") from None
    if not isinstance(found, dict):
        raise OutputError(f"{source}: not a JSON object; {_AGAIN}")
    return found


def _record(row: dict[str, Any], index: int, damaged: str) -> DecisionRecord:
    try:
        kind = ScheduleDecision[row["decision"]]
        record = msgspec.convert(row | {"decision": kind}, DecisionRecord)
    except (KeyError, msgspec.ValidationError) as error:
        raise OutputError(f"{damaged} ({error}); {_AGAIN}") from None
    if record.index != index:
        raise OutputError(f"{damaged} (decision {record.index} where {index} should be); {_AGAIN}")
    return record
