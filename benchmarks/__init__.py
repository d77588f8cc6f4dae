"""How fast simdyhpo is, and what it is compared with: `make bench`, or `python -m benchmarks`."""
