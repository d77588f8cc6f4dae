"""Golden logs: what a scheduler decided once, kept as text, so that a change can't go unnoticed."""

from __future__ import annotations

from simdyhpo.golden.checks import TOLERANCE, Check, check, compare_with, record, update

__all__ = ["TOLERANCE", "Check", "check", "compare_with", "record", "update"]
