"""A difference between two runs as lines for people, and as plain values for programs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import msgspec

from simdyhpo.records import DecisionRecord
from simdyhpo.traces.diff import Difference, Mark, Split
from simdyhpo.traces.words import action, count, number, place, seconds


def headline(difference: Difference) -> str:
    """The first divergence on one line."""
    split = difference.decision or difference.reason
    if split is None:
        if difference.equal:
            many = count(difference.drift.decisions[0], "decision")
            return f"equal: {many}, normalised regret {number(difference.marks[-1].now) or 'unknown'}"
        return "no decision differs, but how the runs ended, or what was reported, does"
    return f"decision {split.index}, {_what(split)}{_scores(split)}"


def lines(difference: Difference) -> Iterator[str]:
    """All of it; what was asked differently comes first."""
    if difference.specs:
        yield "asked differently:"
        yield from (f"  {line}" for line in difference.specs)
    yield headline(difference)
    split = difference.decision or difference.reason
    if split is not None:
        yield from _around(difference, split)
        yield from _drift(difference)
    if difference.equal:
        return
    yield from _marks(difference)
    yield from _ends(difference)
    if difference.versions:
        yield "versions differ: " + "; ".join(difference.versions)


def plain(difference: Difference) -> dict[str, Any]:
    """All of it as plain values; decisions by the name of their kind."""
    told = msgspec.structs.asdict(difference)
    told |= {"equal": difference.equal, "headline": headline(difference)}
    for name in ("decision", "reason"):
        split = told[name]
        if split is not None:
            told[name] = msgspec.structs.asdict(split) | {
                "before": _plain_record(split.before),
                "now": _plain_record(split.now),
                "recent": [_plain_record(record) for record in split.recent],
            }
    return told


def _plain_record(record: DecisionRecord | None) -> dict[str, Any] | None:
    if record is None:
        return None
    return msgspec.structs.asdict(record) | {"decision": record.decision.name}


def _what(split: Split) -> str:
    """Where it was, what was decided, and what is now; said once where both agree."""
    before, now = split.before, split.now
    if before is None or now is None:
        there = [f"{place(one)}: {action(one)}" if one else "no decision" for one in (before, now)]
        return f"{there[0]}, now {there[1]}"
    if place(before) != place(now):
        return f"{place(before)}: {action(before)}, now {place(now)}: {action(now)}"
    if action(before) != action(now):
        return f"{place(before)}: {action(before)}, now {action(now)}"
    if before.time_ns != now.time_ns:
        return f"{place(before)}: {action(before)}, now {now.time_ns - before.time_ns:+,} ns"
    return f"{place(before)}: {action(before)} in both"


def _scores(split: Split) -> str:
    """The two scores, where what was decided differs; otherwise all that differs in the reasons."""
    before, now = split.before, split.now
    if before is None or now is None:
        return ""
    if action(before) != action(now):
        return _against("scores", before.score, now.score)
    names = (
        "score",
        "runner_up",
        "mean",
        "deviation",
        "coin",
        "paused_scored",
        "new_scored",
        "runner_up_kind",
    )
    return "".join(_against(name, getattr(before, name), getattr(now, name), known=False) for name in names)


def _against(name: str, old: object, new: object, known: bool = True) -> str:
    """Two values, in as many digits as it takes to tell them apart.

    Args:
        name: of the values.
        old, new: the values; missing ones are NaN or None.
        known: show equal ones, too.
    """
    words = ["" if one is None else number(one) if isinstance(one, float) else str(one) for one in (old, new)]
    if words == ["", ""] or (old == new and not known):
        return ""
    if words[0] == words[1] and old != new:
        words = [repr(old), repr(new)]
    return f"; {name} {words[0] or 'none'} against {words[1] or 'none'}"


def _around(difference: Difference, split: Split) -> Iterator[str]:
    """The state in which the runs parted."""
    reason = difference.reason
    if difference.decision is not None and reason is not None:
        yield f"  scores differ earlier: decision {reason.index}, {_what(reason)}{_scores(reason)}"
    if split.tie is not None:
        yield (
            f"  a near-tie: score {split.tie.score!r}, runner-up {split.tie.runner_up!r}, "
            f"relative margin {split.tie.margin:.3g}"
        )
    stood = _stood(split)
    for label, record, where in zip(("before", "now"), (split.before, split.now), stood, strict=True):
        why = where if record is None else [*where, *_why(record)]
        if why:
            yield f"  {label + ':':8}{'; '.join(why)}"
    rungs = ", ".join(f"{many:,} at {level}" for level, many in split.rungs.items())
    yield f"  state:  {count(split.epochs, 'epoch')} reported; rung entries: {rungs or 'none'}"
    for record in split.recent:
        yield f"  last:   decision {record.index}, {place(record)}: {action(record)}"


def _stood(split: Split) -> tuple[list[str], list[str]]:
    """What the two trials had reported, where different ones were chosen."""
    before, now = split.before, split.now
    if before is None or now is None or before.trial == now.trial:
        return [], []
    values = [number(value) for value in split.stood]
    if values[0] == values[1] != "" and split.stood[0] != split.stood[1]:
        values = [repr(value) for value in split.stood]
    told = [
        [f"trial {one.trial} had reported {value} at {one.resume_from}"] if value else []
        for one, value in zip((before, now), values, strict=True)
    ]
    if split.stood[0] == split.stood[1] and before.resume_from == now.resume_from:
        told[1][0] += ", too: a tie"
    return told[0], told[1]


def _why(record: DecisionRecord) -> list[str]:
    """Coin, candidates and runner-up, as far as the log has them."""
    told = []
    if not math.isnan(record.coin):
        told.append(f"coin {record.coin:.6g}")
    if record.paused_scored or record.new_scored:
        told.append(f"scored {count(record.paused_scored, 'paused trial')} and {record.new_scored:,} new")
    if not math.isnan(record.runner_up):
        told.append(f"runner-up {record.runner_up:.6g} ({record.runner_up_kind})")
    return told


def _drift(difference: Difference) -> Iterator[str]:
    drift = difference.drift
    yield (
        f"drift: {drift.different:,} of {count(max(drift.decisions), 'decision')} differ "
        f"({drift.decisions[0]:,}, now {drift.decisions[1]:,}); configurations {drift.configurations[0]:,}, "
        f"now {drift.configurations[1]:,}, {drift.shared:,} in common"
    )


def _marks(difference: Difference) -> Iterator[str]:
    marks = "; ".join(f"{mark.share:.0%} {_regrets(mark)}" for mark in difference.marks)
    unit = "epochs" if difference.axis == "epochs" else "simulated seconds"
    yield f"normalised regret at shares of {difference.marks[-1].at:,g} {unit}: {marks}"


def _regrets(mark: Mark) -> str:
    before, now = ("none" if math.isnan(value) else f"{value:.4f}" for value in (mark.before, mark.now))
    return before if before == now else f"{before} -> {now}"


def _ends(difference: Difference) -> Iterator[str]:
    (before, before_ns), (now, now_ns) = difference.ends
    if difference.ends[0] != difference.ends[1]:
        yield f"ended by {before} at {seconds(before_ns)}, now by {now} at {seconds(now_ns)}"
