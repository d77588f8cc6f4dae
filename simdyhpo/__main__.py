"""`python -m simdyhpo` is the command `simdyhpo`."""

from __future__ import annotations

import sys

from simdyhpo.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
