"""How large a thing may be that comes from outside: beyond it is one line of error, not all of the memory."""

from __future__ import annotations

MAX_CELLS = 100_000_000
"""Configurations x resources that a table may have: 1.6 GB of values and times."""

MAX_VALUE = 1e100
"""Size of a metric's finite values: models square them, and a double ends at 1.8e308."""

MAX_TEXT_BYTES = 4_000_000_000
"""Of a CSV file, unpacked."""

MAX_EXPANSION, SMALL_BYTES = 200, 50_000_000
"""How many times its size on disk a packed file may become, and from how many bytes on that counts.

Logs of numbers become 3 to 20 times as large. What packs a thousandfold was made to.
"""

MAX_LINE_BYTES = 1_000_000
"""Of the first line of a CSV file, which names the columns."""

MAX_COLUMNS = 10_000
"""Of a CSV file."""

MAX_LONG_CELLS = 500_000_000
"""Rows x columns of a Parquet file."""

MAX_HEADER_BYTES = 16_000_000
"""Of what a table's file says of itself."""

MAX_TABLE_BYTES = 3_000_000_000
"""Of a table's file, unpacked: values and times of `MAX_CELLS`, and its configurations."""

DOWNLOAD_MEGABYTES = 2_000
"""Of one published file, unless the user says otherwise."""

COUNTS, COUNT_NAME_LETTERS = 1_000, 200
"""Names in a scheduler's summary or diagnostics, and letters in each: a manifest stays readable."""

WHOLE_NUMBERS = range(-(2**63), 2**63)
"""What a count may be: readers of a manifest in other languages have 64 bits for it."""

SETTINGS_BYTES = 16_000_000
"""Of a file that a person writes, such as a study, and of a manifest."""

PLAN_BYTES = 400_000_000
"""Of a study's stored plan: a hundred bytes for each of millions of cells."""

STUDY_CELLS = 4_000_000
"""Runs that a study may ask for: each is planned, with a key of its own, before the first begins."""

LOG_BYTES = 4_000_000_000
"""Of a file that holds a run's decisions or reports."""

LOG_FILES, LOG_DEPTH = 200_000, 12
"""Files below a folder of logs, and how deep they may lie: the root of a disk is given by mistake only."""

LOG_POINTS = 20_000_000
"""Values that a folder of logs may hold, of all metrics: each takes some 100 bytes while it is read."""

LOG_FILE_BYTES = 1_000_000_000
"""Of one file of events or of an offline run."""
