"""Make the golden decision logs anew: `python -m tests.golden.record`. See README.md on when to."""

from __future__ import annotations

from tests.golden.runs import LOGS, RUNS, write


def main() -> None:
    write({run.name: run.decisions_csv() for run in RUNS})
    print(f"{len(RUNS)} runs, {LOGS.stat().st_size:,} bytes: {LOGS}")


if __name__ == "__main__":
    main()
