#!/bin/sh
# Make a throw-away environment with Syne Tune 0.13.0 and record its decisions into tests/reference.
# Usage: tools/record_reference.sh DIRECTORY [options of record_reference.py]
# DIRECTORY should lie outside the repository; delete it afterwards. PYTHON=... names a Python 3.11.
set -eu
environment=${1:?usage: tools/record_reference.sh DIRECTORY}
shift
test -x "$environment/bin/python" || "${PYTHON:-python3.11}" -m venv "$environment"
"$environment/bin/pip" install --quiet 'syne-tune==0.13.0' 'numpy==1.26.4' scipy autograd 'sortedcontainers==2.4.0'
exec "$environment/bin/python" "$(dirname "$0")/record_reference.py" "$@"
